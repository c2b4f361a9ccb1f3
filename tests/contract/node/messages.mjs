// Send, list by pages, filter; schedule and cancel.
export default async function messages({ client, input, refused }) {
  const { person, main, other, service } = input;
  const sent = [];
  for (const body of ["one", "two", "three", "four", "five"]) {
    sent.push(await client.messages.create({ to: person, from: main, body }));
  }
  const first = await client.messages.page({ pageSize: 2 });
  const second = await first.nextPage();
  const back = await second.previousPage();
  const found = async (filters) => (await client.messages.list(filters)).map((message) => message.body);
  const seen = [];
  await new Promise((resolve, reject) => {
    const done = (error) => (error ? reject(error) : resolve());
    client.messages.each({ pageSize: 2, limit: 4, callback: (message) => seen.push(message.body), done });
  });
  const said = {
    created: sent[0].toJSON(),
    pages: [first, second, back].map((page) => page.instances.map((message) => message.body)),
    each: seen,
    limited: await found({ pageSize: 2, limit: 3 }),
    toOther: await found({ to: other }),
    fromMain: await found({ from: main, to: person, limit: 2 }),
    before: await found({ dateSentBefore: new Date("2026-01-02T12:00:00Z") }),
    after: await found({ dateSentAfter: new Date("2026-01-02T12:00:00Z"), dateSentBefore: new Date("2026-01-04") }),
    onDay: await found({ dateSent: new Date("2026-01-03T00:00:00Z") }),
  };
  const later = await client.messages.create({
    to: person,
    messagingServiceSid: service,
    body: "later",
    scheduleType: "fixed",
    sendAt: new Date(Date.now() + 3600e3),
  });
  const cancelled = await client.messages(later.sid).update({ status: "canceled" });
  const again = await refused(client.messages(later.sid).update({ status: "canceled" }));
  return { ...said, scheduled: [later.status, later.from, cancelled.status, again.code] };
}
