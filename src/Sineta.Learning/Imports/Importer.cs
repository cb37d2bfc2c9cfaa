using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Imports;

/// <summary>
/// Works imports through, step by step: claims one, takes its next rows, does what they say, and leaves it to whichever node comes next. A
/// step is a transaction, so that a node that dies within it has done it or has not.
/// </summary>
public sealed partial class Importer(
    ImportStore store, CampusTransactions campus, Configuration configuration, TimeProvider time, ILogger<Importer> logger)
    : BackgroundService
{
    private const int RowsAtOnce = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly OnceAMinute _trouble = new(time);
    private readonly Channel<bool> _wake =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        store.Changed += Wake;
        try
        {
            while (true)
            {
                await WorkAsync(stoppingToken);
                await WaitAsync(stoppingToken);
            }
        }
        finally
        {
            store.Changed -= Wake;
        }
    }

    /// <summary>Does a step of every import that runs and that no other node holds. Returns whether there was any.</summary>
    internal async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        var worked = false;
        foreach (var (institutionId, id) in await store.RunningAsync(cancellationToken))
            worked |= await StepAsync(institutionId, id, cancellationToken);
        return worked;
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        try
        {
            await store.ForgetUnarrivedAsync(stoppingToken);
            await store.ForgetRowsAsync(stoppingToken);
            while (await StepAsync(stoppingToken))
            {
            }
        }
        catch (Exception e) when (Database.IsUnavailable(e))
        {
            if (_trouble.IsDue())
                LogUnavailable(e.Message);
        }
    }

    private async Task<bool> StepAsync(long institutionId, long id, CancellationToken cancellationToken)
    {
        if (await FindInstitutionAsync(institutionId, cancellationToken) is not { } institution)
            return false;
        try
        {
            return await campus.RunAsync(institution, async transaction =>
            {
                if (await ImportStore.ClaimAsync(transaction, id, cancellationToken) is not { } import)
                    return false;
                var rows = await ImportStore.TakeRowsAsync(transaction, id, RowsAtOnce, cancellationToken);
                var refusals = await ImportStep.RunAsync(transaction, import, rows, cancellationToken);
                await ImportStore.AdvanceAsync(transaction, id, rows.Count, refusals, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return true;
            }, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException && !Database.IsUnavailable(e))
        {
            LogFailed(e, id, institutionId);
            await store.FailAsync(institutionId, id, cancellationToken);
            return true;
        }
    }

    // One that another node made just now may not be known here yet.
    private async Task<Institution?> FindInstitutionAsync(long id, CancellationToken cancellationToken)
    {
        if (configuration.FindInstitution(id) is { } known)
            return known;
        await configuration.RefreshAsync(cancellationToken);
        return configuration.FindInstitution(id);
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        using var clock = new CancellationTokenSource(Pause, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, stoppingToken);
        await ((Task)_wake.Reader.ReadAsync(either.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stoppingToken.ThrowIfCancellationRequested();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Imports rest, for the database does not answer: {Problem}")]
    private partial void LogUnavailable(string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "The import {Id} of institution {InstitutionId} cannot go on, and has ended.")]
    private partial void LogFailed(Exception problem, long id, long institutionId);
}
