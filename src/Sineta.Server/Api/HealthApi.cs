using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;

namespace Sineta.Server.Api;

/// <summary>For whoever starts, restarts and sends traffic to servers.</summary>
internal static class HealthApi
{
    private const string NoAnswer = "It does not answer within a second.";
    private static readonly TimeSpan DatabaseLimit = TimeSpan.FromSeconds(1);

    public static void Map(IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").ExcludeFromDescription();
        health.MapGet("/live", static () => TypedResults.Ok(new HealthBody("alive", [])));
        health.MapGet("/ready", ReadyAsync);
    }

    private static async Task<JsonHttpResult<HealthBody>> ReadyAsync(
        NpgsqlDataSource database, NodeLease lease, EventIntake intake, TimeProvider time, CancellationToken cancellationToken)
    {
        HealthCheck[] checks =
        [
            new("database", await ProblemAsync(database, time, cancellationToken)),
            new("intake", intake.IsInsisting ? "The database does not take events just now: the log says why." : null),
            new("lease", lease.Token is not null ? null : "This server may not deliver just now."),
        ];
        var (status, code) = checks.All(static c => c.Passes) ? ("ready", 200) : ("not_ready", 503);
        return TypedResults.Json(new HealthBody(status, checks), ApiJson.Plain.HealthBody, statusCode: code);
    }

    private static async Task<string?> ProblemAsync(NpgsqlDataSource database, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(DatabaseLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // The token alone would not hold the second: where the line is dead, Npgsql waits for its cancellation to be answered.
            return await IsWritableAsync(database, either.Token).WaitAsync(either.Token) ? null : "It can only be read.";
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return NoAnswer;
        }
        catch (Exception e) when (Database.IsUnavailable(e))
        {
            return NoAnswer;
        }
    }

    private static async Task<bool> IsWritableAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select current_setting('transaction_read_only') = 'off'");
        return await command.ExecuteScalarAsync(cancellationToken) is true;
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
