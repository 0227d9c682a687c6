import { server } from './serve.js';

const serve = server();
self.onmessage = ({ data }) => serve(data);
