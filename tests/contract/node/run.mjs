// Runs one script of this folder with the official SDK: `node run.mjs name`, JSON in on stdin, JSON out on stdout.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const require = createRequire(process.env.NODE_SDK);
const twilio = require("twilio");
const RequestClient = require("twilio/lib/base/RequestClient");

const input = JSON.parse(await text(process.stdin));
const answers = [];

/** Sends every request to the sandbox, the product's host in the path, and keeps what came back. */
class ByPath extends RequestClient {
  async request(options) {
    const { hostname, pathname, search } = new URL(options.uri);
    const answer = await super.request({ ...options, uri: `${input.url}/~${hostname}${pathname}${search}` });
    const body = typeof answer.body === "string" && answer.body ? JSON.parse(answer.body) : answer.body || null;
    answers.push({ method: options.method.toUpperCase(), path: pathname, status: answer.statusCode, body });
    return answer;
  }
}

/** A client signed in to the sandbox; options as Twilio's own (autoRetry …) go to the request client. */
function connect(options = {}, sid = input.account_sid, token = input.auth_token) {
  return twilio(sid, token, { httpClient: new ByPath({ timeout: 30000, ...options }), ...options });
}

/** What the SDK throws when Twilio refuses: code, status, moreInfo, message. Throws when it does not. */
async function refused(promise) {
  try {
    await promise;
  } catch ({ name, code, status, moreInfo, message }) {
    return { name, code, status, moreInfo, message };
  }
  throw new Error("this should have been refused");
}

const { default: script } = await import(new URL(`${process.argv[2]}.mjs`, import.meta.url));
const result = await script({ client: connect(), connect, input, refused, twilio });
process.stdout.write(JSON.stringify({ result, answers }));
