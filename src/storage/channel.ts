/** Messages between the pages and workers of one browser. Where there are none, nobody is told and nothing throws. */

export interface Channel {
  /** To all others that have opened the channel. */
  post(message: unknown): void;
  close(): void;
}

/** @param onMessage gets what others post, unchecked. */
export function openChannel(name: string, onMessage: (message: unknown) => void): Channel {
  let channel: BroadcastChannel | null = null;
  try {
    channel = new BroadcastChannel(name);
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => onMessage(data));
  } catch {
    // Missing in old browsers, refused to sandboxed frames.
  }
  return {
    post: (message) => {
      try {
        channel?.postMessage(message);
      } catch {
        // Closed.
      }
    },
    close: () => channel?.close(),
  };
}
