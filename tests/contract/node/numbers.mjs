// Look for a number, buy it, set its webhooks, text from it, release it. By sid: what SDK 6.2.0 has just created or
// listed does not know its own sid, so that its update() and remove() throw before they ask anybody.
export default async function numbers({ client, input, refused }) {
  const usa = client.availablePhoneNumbers("US");
  const countries = await client.availablePhoneNumbers.list();
  const offers = await usa.local.list({ areaCode: 813, smsEnabled: true, pageSize: 5, limit: 5 });
  const [{ phoneNumber }] = offers;
  const bought = await client.incomingPhoneNumbers.create({ phoneNumber, friendlyName: "Bought" });
  const hooks = { smsUrl: "https://example.com/sms", smsMethod: "GET", voiceUrl: "https://example.com/voice" };
  const changed = await client.incomingPhoneNumbers(bought.sid).update(hooks);
  const cleared = await client.incomingPhoneNumbers(bought.sid).update({ smsUrl: "" });
  const twice = await refused(client.incomingPhoneNumbers.create({ phoneNumber }));
  const text = { to: input.person, from: phoneNumber, body: "From the new number" };
  const sent = await client.messages.create(text);
  const named = await client.incomingPhoneNumbers.list({ friendlyName: "Bought" });
  const byDigits = await client.incomingPhoneNumbers.list({ phoneNumber: "+1813*******", pageSize: 1 });
  const removed = await client.incomingPhoneNumbers(bought.sid).remove();
  const [free] = await usa.tollFree.list({ limit: 1 });
  const tollFree = await client.incomingPhoneNumbers.tollFree.create({ phoneNumber: free.phoneNumber });
  const tollFrees = await client.incomingPhoneNumbers.tollFree.list();
  await client.incomingPhoneNumbers(tollFree.sid).remove();
  const byArea = await client.incomingPhoneNumbers.create({ areaCode: "808" });
  await client.incomingPhoneNumbers(byArea.sid).remove();
  return {
    countries: countries.map((country) => country.countryCode),
    offers: offers.map((offer) => offer.toJSON()),
    bought: bought.toJSON(),
    changed: [changed.smsUrl, changed.smsMethod, changed.voiceUrl, cleared.smsUrl, cleared.smsMethod, cleared.voiceUrl],
    twice,
    sent: sent.status,
    named: named.length,
    byDigits: byDigits.map((number) => number.phoneNumber),
    removed,
    released: await refused(client.messages.create(text)),
    fetched: await refused(client.incomingPhoneNumbers(bought.sid).fetch()),
    mobile: await refused(usa.mobile.list()),
    nowhere: await refused(client.incomingPhoneNumbers.create({ areaCode: "999" })),
    tollFrees: tollFrees.map((number) => number.phoneNumber),
    byArea: byArea.phoneNumber,
    numbers: (await client.incomingPhoneNumbers.list()).map((number) => number.phoneNumber),
  };
}
