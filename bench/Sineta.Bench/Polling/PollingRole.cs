using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sineta.Bench.Wire;

namespace Sineta.Bench.Polling;

/// <summary>
/// The hand-written usual that Sineta is compared with: an intake that writes a row for the event and one for its delivery, and workers
/// that poll for due rows. A fair one: prepared statements, a partial index, rows claimed with <c>skip locked</c>, posts in parallel.
/// </summary>
internal static class PollingRole
{
    private const string Schema = """
        create table polling_events (
            id         uuid primary key,
            type       text not null,
            body       bytea not null,
            created_at timestamptz not null default now()
        );
        create table polling_deliveries (
            id       bigint generated always as identity primary key,
            event_id uuid not null references polling_events,
            status   text not null default 'pending',
            attempts int not null default 0,
            next_at  timestamptz not null default now(),
            response int
        );
        create index polling_deliveries_due on polling_deliveries (next_at) where status = 'pending';
        """;

    private const string Insert = """
        with event as (insert into polling_events (id, type, body) values ($1, $2, $3) returning id)
        insert into polling_deliveries (event_id) select id from event
        """;

    /// <param name="connectionString">An empty database.</param>
    /// <param name="url">The only endpoint.</param>
    /// <param name="rowsAtATime">How many rows a worker claims, and commits, at a time.</param>
    public static async Task RunAsync(string connectionString, string url, int rowsAtATime)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 20, MaxPoolSize = 22 };
        await using var database = NpgsqlDataSource.Create(settings);
        await using (var schema = database.CreateCommand(Schema))
            await schema.ExecuteNonQueryAsync();

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var intake = builder.Build();
        intake.Urls.Add("http://127.0.0.1:0");
        intake.MapPost("/v1/events", (JsonElement posted) => TakeAsync(database, posted));
        await intake.StartAsync();

        using var stopping = new CancellationTokenSource();
        using var workers = new PollingWorkers(database, new Uri(url), rowsAtATime == 1 ? 16 : 4, rowsAtATime);
        var working = workers.RunAsync(stopping.Token);
        CommandLines.Reply(new Listening(new Uri(intake.Urls.Single()).Port));
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        await stopping.CancelAsync();
        await intake.StopAsync();
        await working;
    }

    private static async Task<IResult> TakeAsync(NpgsqlDataSource database, JsonElement posted)
    {
        var id = Guid.CreateVersion7();
        var type = posted.GetProperty("type").GetString()!;
        var body = $$"""{"event":{"name":"{{type}}","slug":"{{type}}"},"data":{{posted.GetProperty("data").GetRawText()}}}""";
        await using var insert = database.CreateCommand(Insert);
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = type });
        insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Encoding.UTF8.GetBytes(body) });
        await insert.ExecuteNonQueryAsync();
        return Results.Accepted(value: new { id = $"evt_{id:N}", deliveries = 1 });
    }
}
