// A text that has arrived: its price, feedback, redaction, deletion.
export default async function finished({ client, input, refused }) {
  const message = await client.messages(input.sid).fetch();
  const feedback = await message.feedback().create({ outcome: "confirmed" });
  const redacted = await message.update({ body: "" });
  const removed = await client.messages(input.sid).remove();
  return {
    message: message.toJSON(),
    feedback: feedback.outcome,
    redacted: redacted.body,
    removed,
    gone: await refused(client.messages(input.sid).fetch()),
  };
}
