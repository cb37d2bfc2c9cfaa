using Sineta.Testing;

[assembly: AssemblyFixture(typeof(Postgres))]
