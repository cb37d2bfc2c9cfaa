using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.History;

/// <summary>
/// Carries replays out, step by step: claims one that is due, makes as many deliveries as its pace and its room allow, and leaves it to
/// whichever node comes next. All that a replay is lies in the database, so it survives every node.
/// </summary>
public sealed partial class Replayer(
    NpgsqlDataSource database, ReplayQueue queue, ReplayStore store, Dispatcher dispatcher, TimeProvider time, ILogger<Replayer> logger)
    : BackgroundService
{
    private const int StepsASecond = 4;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FullPause = TimeSpan.FromMilliseconds(250);

    private readonly OnceAMinute _trouble = new(time);
    private readonly Channel<bool> _wake =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        store.Changed += Wake;
        try
        {
            while (true)
                await WaitAsync(await WorkAsync(stoppingToken), stoppingToken);
        }
        finally
        {
            store.Changed -= Wake;
        }
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Does all that is due. Returns how long there is nothing more to do.</summary>
    private async Task<TimeSpan> WorkAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await StepAsync(stoppingToken))
            {
            }

            await queue.SettleAsync(stoppingToken);
            var next = await queue.NextAsync(stoppingToken) ?? Longest;
            return TimeSpan.FromTicks(Math.Clamp(next.Ticks, Shortest.Ticks, Longest.Ticks));
        }
        catch (Exception e) when (Database.IsUnavailable(e))
        {
            if (_trouble.IsDue())
                LogUnavailable(e.Message);
            return Longest;
        }
    }

    /// <summary>One step of one replay; false where none is due.</summary>
    private async Task<bool> StepAsync(CancellationToken stoppingToken)
    {
        await using var connection = await database.OpenConnectionAsync(stoppingToken);
        await using var transaction = await connection.BeginTransactionAsync(stoppingToken);
        if (await ReplayQueue.ClaimAsync(connection, stoppingToken) is not { } step)
            return false;
        var made = await AdvanceAsync(connection, step, stoppingToken);
        await transaction.CommitAsync(stoppingToken);
        if (made > 0)
            dispatcher.LookFor(step.InstitutionId, step.Filter.EndpointId);
        return true;
    }

    private async Task<long> AdvanceAsync(NpgsqlConnection connection, ReplayStep step, CancellationToken stoppingToken)
    {
        var room = Math.Min(Math.Max(step.Pace / StepsASecond, 1), ReplayQueue.MaxOpen - step.Open);
        if (step.EndpointIsDeleted)
            await ReplayQueue.EndAsync(connection, step, stoppingToken);
        else if (step.State == ReplayState.Cancelled)
            await queue.WithdrawAsync(connection, step, stoppingToken);
        else if (room > 0)
            return await queue.EnqueueAsync(connection, step, room, stoppingToken);
        else
            await ReplayQueue.PostponeAsync(connection, step, FullPause, stoppingToken);
        return 0;
    }

    private async Task WaitAsync(TimeSpan pause, CancellationToken stoppingToken)
    {
        using var clock = new CancellationTokenSource(pause, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, stoppingToken);
        await ((Task)_wake.Reader.ReadAsync(either.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stoppingToken.ThrowIfCancellationRequested();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Replays rest, for the database does not answer: {Problem}")]
    private partial void LogUnavailable(string problem);
}
