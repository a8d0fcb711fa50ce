// Where a file lies until its message is acknowledged: in this browser's database, so that a reload or a crash of the
// tab loses none; in this page's memory where the browser forbids one or has no room.

const STORE = 'files';

const opening = () => new Promise((done) => {
  try {
    const asked = indexedDB.open('firstline', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = asked.onblocked = () => done(null);
  } catch {
    done(null);
  }
});

export function openShelf() {
  const memory = new Map();
  const opened = opening();

  /** One request in a transaction of its own; its result once that is durable. Throws what the database throws. */
  async function run(mode, work) {
    const database = await opened;
    if (!database) throw new Error('no database');
    return new Promise((done, fail) => {
      const transaction = database.transaction(STORE, mode);
      const asked = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => done(asked.result);
      transaction.onerror = transaction.onabort = () => fail(transaction.error);
    });
  }

  return {
    /** Keep a file; one that the database does not take stays in memory. */
    async put(key, blob) {
      memory.set(key, blob);
      await run('readwrite', (store) => store.put(blob, key)).then(() => memory.delete(key), () => {});
    },

    /** The file, or null where there is none any more. */
    async get(key) {
      return memory.get(key) ?? await run('readonly', (store) => store.get(key)).catch(() => null) ?? null;
    },

    async drop(key) {
      memory.delete(key);
      await run('readwrite', (store) => store.delete(key)).catch(() => {});
    },

    /** Drop what no key stands for: a page was closed while it tidied up. */
    async only(keys) {
      const there = await run('readonly', (store) => store.getAllKeys()).catch(() => []);
      await Promise.all(there.filter((key) => !keys.includes(key)).map((key) => this.drop(key)));
    },
  };
}
