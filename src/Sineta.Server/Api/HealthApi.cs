using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sineta.Delivery.Storage;

namespace Sineta.Server.Api;

/// <summary>For whoever starts, restarts and sends traffic to servers.</summary>
internal static class HealthApi
{
    private static readonly TimeSpan DatabaseLimit = TimeSpan.FromSeconds(1);

    public static void Map(IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").ExcludeFromDescription();
        health.MapGet("/live", static () => TypedResults.Ok(new HealthBody("alive", [])));
        health.MapGet("/ready", ReadyAsync);
    }

    private static async Task<JsonHttpResult<HealthBody>> ReadyAsync(
        NpgsqlDataSource database, NodeLease lease, TimeProvider time, CancellationToken cancellationToken)
    {
        HealthCheck[] checks =
        [
            new("database", await AnswersAsync(database, time, cancellationToken) ? null : "It does not answer within a second."),
            new("lease", lease.Token is not null ? null : "This server may not deliver just now."),
        ];
        var (status, code) = checks.All(static c => c.Passes) ? ("ready", 200) : ("not_ready", 503);
        return TypedResults.Json(new HealthBody(status, checks), ApiJson.Plain.HealthBody, statusCode: code);
    }

    private static async Task<bool> AnswersAsync(NpgsqlDataSource database, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(DatabaseLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // The token alone would not hold the second: where the line is dead, Npgsql waits for its cancellation to be answered.
            await AskAsync(database, either.Token).WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e) when (Database.IsUnavailable(e))
        {
            return false;
        }
    }

    private static async Task AskAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select 1");
        await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <param name="Status">alive, ready or not_ready.</param>
    /// <param name="Checks">What readiness depends on.</param>
    public sealed record HealthBody(string Status, IReadOnlyList<HealthCheck> Checks);

    /// <param name="Name">What was looked at.</param>
    /// <param name="Problem">Null where all is well.</param>
    public sealed record HealthCheck(string Name, string? Problem)
    {
        public bool Passes => Problem is null;
    }
}
