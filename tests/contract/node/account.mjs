// The account and its balance; and a client that knows the sandbox by one line.
export default async function account({ client, input, twilio }) {
  const found = await client.api.v2010.accounts(input.account_sid).fetch();
  const balance = await client.balance.fetch();
  const all = await client.api.v2010.accounts.list();
  const plain = twilio(input.account_sid, input.auth_token);
  plain.api.baseUrl = `${input.url}/~api.twilio.com`;
  const sent = [];
  for (const body of ["a", "b", "c"]) {
    sent.push((await plain.messages.create({ to: input.person, from: input.main, body })).sid);
  }
  const paged = (await plain.messages.list({ pageSize: 2 })).map((message) => message.sid);
  return {
    status: found.status,
    type: found.type,
    currency: balance.currency,
    listed: all.map((one) => one.sid),
    oneLine: paged.join() === sent.reverse().join(),
  };
}
