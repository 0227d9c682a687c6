/**
 * A certificate that this machine signs itself (X.509, RFC 5280), for serving the page over https in a room. Browsers warn
 * of it once; then the page is a secure context. DER is X.690: a tag, a length, and the content.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

const SEQUENCE = 0x30;
const SET = 0x31;
const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const SUBJECT_ALT_NAME = '2.5.29.17';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const BASIC_CONSTRAINTS = '2.5.29.19';

const DAY_MS = 86_400_000;
/** Longer than any course's day, short of what browsers refuse. */
const VALID_DAYS = 30;

/**
 * @param names host names and IP addresses that the server is reached by
 * @returns private key and certificate in PEM
 */
export function selfSigned(names, nowMs = Date.now()) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(SEQUENCE, objectId(ECDSA_WITH_SHA256));
  const attribute = der(SEQUENCE, objectId(COMMON_NAME), der(UTF8_STRING, 'Residual Playground'));
  const name = der(SEQUENCE, der(SET, attribute));
  const alternatives = names.map((host) =>
    isIP(host) === 0 ? der(DNS_NAME, host) : der(IP_ADDRESS, addressBytes(host)),
  );
  const toBeSigned = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.of(2))),
    // Positive, and different for each certificate.
    der(INTEGER, Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    name,
    der(SEQUENCE, utcTime(nowMs - DAY_MS), utcTime(nowMs + VALID_DAYS * DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      EXTENSIONS,
      der(
        SEQUENCE,
        extension(BASIC_CONSTRAINTS, der(SEQUENCE), true),
        extension(EXTENDED_KEY_USAGE, der(SEQUENCE, objectId(SERVER_AUTH))),
        extension(SUBJECT_ALT_NAME, der(SEQUENCE, ...alternatives)),
      ),
    ),
  );
  const signature = der(BIT_STRING, Buffer.of(0), sign('sha256', toBeSigned, privateKey));
  const certificate = der(SEQUENCE, toBeSigned, algorithm, signature);
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: pem('CERTIFICATE', certificate),
  };
}

const extension = (id, value, isCritical = false) =>
  der(
    SEQUENCE,
    objectId(id),
    ...(isCritical ? [der(BOOLEAN, Buffer.of(0xff))] : []),
    der(OCTET_STRING, value),
  );

/** @param parts buffers, or text in ASCII */
function der(tag, ...parts) {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const { length } = content;
  // Up to 127 in one byte, else the number of bytes that follow and these.
  const lengthBytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...lengthBytes), content]);
}

/** The first two numbers share a byte; the others are in base 128, all digits but the last with the high bit. */
function objectId(text) {
  const [first, second, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const number of rest) {
    const digits = [number & 0x7f];
    for (let left = number >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return der(OBJECT_ID, Buffer.from(bytes));
}

/** YYMMDDHHMMSSZ */
const utcTime = (ms) =>
  der(UTC_TIME, `${new Date(ms).toISOString().slice(2, 19).replaceAll(/\D/g, '')}Z`);

/** 4 or 16 bytes. */
function addressBytes(address) {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.replace(/%.*/, '').split('::');
  const groups = (text) => (text === '' || text === undefined ? [] : text.split(':'));
  const before = groups(head);
  const after = groups(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const all = [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

const pem = (label, bytes) =>
  `-----BEGIN ${label}-----\n${(bytes.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`;
