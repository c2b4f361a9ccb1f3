// Judges signatures: for each webhook the SDK's verdict on it, with its own and with a changed body, URL, token.
export default function signatures({ input, twilio }) {
  return input.heard.map(({ token, signature, url, params }) => ({
    genuine: twilio.validateRequest(token, signature, url, params),
    changed: twilio.validateRequest(token, signature, url, { ...params, Body: "Send money" }),
    elsewhere: twilio.validateRequest(token, signature, `${url}x`, params),
    stranger: twilio.validateRequest("0".repeat(32), signature, url, params),
  }));
}
