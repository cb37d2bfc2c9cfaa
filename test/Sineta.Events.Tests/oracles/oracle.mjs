// Answers questions, one JSON document a line, by libraries that know nothing of ours.
import { createInterface } from "node:readline";
import Ajv2020 from "ajv/dist/2020.js";
import * as standardwebhooks from "standardwebhooks";
import * as svix from "svix";

const libraries = { standardwebhooks, svix };
const schemas = new Map();

const answers = {
  validate({ schema, body }) {
    if (!schemas.has(schema)) schemas.set(schema, new Ajv2020({ strict: true }).compile(JSON.parse(schema)));
    return schemas.get(schema)(JSON.parse(body));
  },
  sign({ library, secret, id, timestamp, body }) {
    return new libraries[library].Webhook(secret).sign(id, new Date(timestamp * 1000), body);
  },
  verify({ library, secret, body, headers }) {
    try {
      new libraries[library].Webhook(secret).verify(body, headers);
      return true;
    } catch (error) {
      if (error instanceof libraries[library].WebhookVerificationError) return false;
      throw error;
    }
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  console.log(JSON.stringify(answers[question.ask](question)));
}
