using Npgsql;
using Sineta.Testing;

namespace Sineta.Delivery.Tests;

public sealed class PostgresVersionTests(Postgres postgres)
{
    [Fact]
    public async Task The_tests_run_on_the_PostgreSQL_that_was_asked_for()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var source = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(cancellationToken));
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        Assert.Equal(Postgres.Major, connection.PostgreSqlVersion.Major);
    }
}
