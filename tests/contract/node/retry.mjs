// With autoRetry the SDK sends again after 429; without, it throws.
export default async function retry({ client, connect, input, refused }) {
  const text = { to: input.person, from: input.main, body: "once" };
  const plain = await refused(client.messages.create(text));
  const patient = await connect({ autoRetry: true, maxRetryDelay: 50 }).messages.create(text);
  return { plain, patient: patient.status };
}
