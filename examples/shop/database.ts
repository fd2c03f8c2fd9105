import sqlite from 'node-sqlite3-wasm'

export interface User {
  id: number
  name: string
  email: string
  city: string
}

export interface Order {
  id: number
  userId: number
  product: string
  quantity: number
  cents: number
}

export type Database = InstanceType<typeof sqlite.Database>
export type Statement = ReturnType<Database['prepare']>

const userCount = 900
const orderCount = 4000
const products = ['teapot', 'kettle', 'cup', 'saucer', 'tray', 'strainer', 'caddy', 'whisk']

/** SQLite in WebAssembly, in memory, with the same made-up people and orders each time. */
export function openDatabase(): Database {
  const database = new sqlite.Database(':memory:')
  database.exec(`
    create table users (id integer primary key, name text, email text, city text);
    create table orders (
      id integer primary key, userId integer references users, product text, quantity integer, cents integer
    );
    create index ordersByUser on orders (userId);
    begin`)
  seedUsers(database)
  seedOrders(database)
  database.exec('commit')
  return database
}

function seedUsers(database: Database): void {
  const first = ['Ada', 'Bela', 'Carla', 'Dario', 'Edna', 'Farid', 'Gerda', 'Hugo', 'Ines', 'Jonas', 'Karin']
  const last = ['Abel', 'Brandt', 'Castell', 'Dorn', 'Ebner', 'Fontane', 'Gruber', 'Halm', 'Ilg', 'Jost']
  const cities = ['Aarhus', 'Basel', 'Cork', 'Delft', 'Essen', 'Faro', 'Ghent']
  const insert = database.prepare('insert into users (name, email, city) values (?, ?, ?)')
  for (let i = 0; i < userCount; i++) {
    // Every ninth has signed up twice, with a slip of the pen: what the report of duplicates looks for.
    const person = i % 9 === 8 ? i - 8 : i
    const slip = i % 9 === 8 ? 'e' : ''
    const middle = String.fromCharCode(65 + (person % 26))
    const name = `${first[person % first.length]} ${middle}. ${last[person % last.length]}${slip}`
    insert.run([name, `user${i + 1}@shop.example`, cities[i % cities.length]])
  }
  insert.finalize()
}

function seedOrders(database: Database): void {
  const insert = database.prepare('insert into orders (userId, product, quantity, cents) values (?, ?, ?, ?)')
  for (let i = 0; i < orderCount; i++) {
    const product = products[i % products.length]
    insert.run([((i * 7) % userCount) + 1, product, (i % 4) + 1, 500 + ((i * 37) % 4500)])
  }
  insert.finalize()
}
