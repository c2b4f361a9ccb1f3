// What the SDK throws for each text, list, fetch that is refused.
export default async function errors({ client, connect, input, refused }) {
  const { person, main } = input;
  const send = (changes) => client.messages.create({ to: person, from: main, body: "Hi", ...changes });
  const wrong = connect({}, input.account_sid, "wrong");
  return {
    creates: await Promise.all(input.creates.map(({ fields }) => refused(send(fields)))),
    credentials: await refused(wrong.messages.create({ to: person, from: main, body: "Hi" })),
    unknown: await refused(client.messages(`SM${"0".repeat(32)}`).fetch()),
    token: await refused(client.messages.page({ pageToken: "XX1" })),
    elsewhere: await refused(client.verify.v2.services.list()),
    account: await refused(client.api.accounts(`AC${"1".repeat(32)}`).fetch()),
  };
}
