// The files of a text: list, fetch, remove.
export default async function media({ client, input }) {
  const message = await client.messages.create({
    to: input.person, from: input.main, mediaUrl: ["https://example.com/a.jpg", "https://example.com/b.pdf"],
  });
  const files = await client.messages(message.sid).media.list();
  const fetched = await client.messages(message.sid).media(files[0].sid).fetch();
  const removed = await client.messages(message.sid).media(files[0].sid).remove();
  return {
    count: message.numMedia,
    types: files.map((file) => file.contentType),
    parent: fetched.parentSid === message.sid,
    created: fetched.dateCreated instanceof Date,
    removed,
    left: (await client.messages(message.sid).media.list()).length,
  };
}
