using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Sineta.Delivery.Storage;

/// <summary>
/// This node's lease. Deliveries that it dispatches carry the lease's token; an outcome counts only while the delivery still carries it.
/// The lease is renewed long before it runs out. A node that was away for too long (paused, cut off) finds its lease deleted by the node that
/// took over, drops what it had in memory, and begins again under a new token.
/// </summary>
public sealed partial class NodeLease(NpgsqlDataSource database, TimeProvider time, DeliveryOptions options, ILogger<NodeLease> logger)
    : BackgroundService
{
    private readonly string _node = options.NodeName;
    private readonly OnceAMinute _trouble = new(time);
    private State _state = State.None;
    private long? _failingSince;

    /// <summary>The token in force, or null where this node may not dispatch just now.</summary>
    public long? Token
    {
        get
        {
            var state = Volatile.Read(ref _state);
            return state.Token is { } token && time.GetTimestamp() < state.Deadline ? token : null;
        }
    }

    /// <summary>
    /// The token once it has been held for half the lease's time without a gap, which is when this node may take over from others: after the
    /// database was away every lease has run out, and whoever lives needs that time to renew its own.
    /// </summary>
    public long? SteadyToken => Token is { } token && time.GetElapsedTime(Volatile.Read(ref _state).Since) >= options.LeaseTime / 2 ? token : null;

    /// <summary>Waits until a lease is held, and answers its token.</summary>
    public async ValueTask<long> WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Token is { } token)
                return token;
            await Task.Delay(options.LeaseTime / 50, time, cancellationToken);
        }
    }

    /// <summary>Takes the first lease. Throws where the database does not answer.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RenewAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.LeaseTime / 5, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RenewAsync(stoppingToken);
                TellRenewed();
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                _failingSince ??= time.GetTimestamp();
                if (_trouble.IsDue())
                    LogNotRenewed(e.Message);
            }
        }
    }

    /// <summary>Gives the lease back, so that other nodes, or this one's next start, need not wait for it to run out.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (Interlocked.Exchange(ref _state, State.None).Token is not { } token)
            return;
        try
        {
            await using var command = database.CreateCommand("update leases set expires_at = now() where token = $1");
            command.Parameters.AddWithValue(token);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            LogNotGivenBack(e.Message);
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        // Counted from before the question, so that this node never trusts its lease for longer than the database does.
        var now = time.GetTimestamp();
        var deadline = now + (long)(options.LeaseTime.TotalSeconds * time.TimestampFrequency);
        var held = Volatile.Read(ref _state);
        if (held.Token is { } token && await ExtendAsync(token, cancellationToken))
        {
            Volatile.Write(ref _state, new State(token, deadline, Since: now < held.Deadline ? held.Since : now));
            return;
        }

        var taken = await TakeAsync(cancellationToken);
        Volatile.Write(ref _state, new State(taken, deadline, Since: now));
        if (held.Token is { } lost)
            LogLost(lost, taken);
        else
            LogTaken(taken, _node);
    }

    private void TellRenewed()
    {
        if (_failingSince is not { } since)
            return;
        _failingSince = null;
        _trouble.Over();
        var elapsed = time.GetElapsedTime(since);
        LogRenewedAgain(elapsed);
    }

    private async Task<bool> ExtendAsync(long token, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("update leases set expires_at = now() + $2 where token = $1");
        command.Parameters.AddWithValue(token);
        command.Parameters.AddWithValue(options.LeaseTime);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private async Task<long> TakeAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("insert into leases (node, expires_at) values ($1, now() + $2) returning token");
        command.Parameters.AddWithValue(_node);
        command.Parameters.AddWithValue(options.LeaseTime);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <param name="Token">Null where no lease is held.</param>
    /// <param name="Deadline">The timestamp from which it is not to be trusted any more.</param>
    /// <param name="Since">The timestamp since which it is held without a gap.</param>
    private sealed record State(long? Token, long Deadline, long Since)
    {
        public static readonly State None = new(null, 0, 0);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Lease {Token} taken by node {Node}")]
    private partial void LogTaken(long token, string node);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lease {Lost} was lost to another node; going on under lease {Token}")]
    private partial void LogLost(long lost, long token);

    [LoggerMessage(Level = LogLevel.Error, Message = "The lease could not be renewed: {Problem}")]
    private partial void LogNotRenewed(string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "The lease is renewed again, which had failed for {Elapsed}")]
    private partial void LogRenewedAgain(TimeSpan elapsed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease could not be given back and will run out by itself: {Problem}")]
    private partial void LogNotGivenBack(string problem);
}
