using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Enrollments;

/// <summary>
/// Ends the enrolments whose last day is over: at the start, and at each institution's next midnight (R4). Whoever acts under one before
/// that ends it there, so that being late changes nothing but lists.
/// </summary>
public sealed partial class ExpirySweep(
    InstitutionStore institutions, CampusTransactions campus, TimeProvider time, ILogger<ExpirySweep> logger) : BackgroundService
{
    private const int Batch = 1000;

    // For institutions that are made meanwhile, and for when the database was away.
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var pause = LongestPause;
            try
            {
                var next = await SweepAsync(stoppingToken) - time.GetUtcNow();
                pause = next < TimeSpan.Zero ? TimeSpan.Zero : next < pause ? next : pause;
            }
            catch (Exception e) when (Database.IsUnavailable(e))
            {
                LogUnavailable(e.Message);
            }

            await Task.Delay(pause, time, stoppingToken);
        }
    }

    /// <summary>Does now what is due.</summary>
    /// <returns>The next midnight of any institution; the end of time where there is none.</returns>
    public async Task<DateTimeOffset> SweepAsync(CancellationToken cancellationToken)
    {
        var next = DateTimeOffset.MaxValue;
        var last = 0L;
        while (await institutions.ListAsync(last, Batch, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var institution in page)
            {
                await SweepOneAsync(institution, cancellationToken);
                var midnight = MidnightAfter(institution, time.GetUtcNow());
                next = midnight < next ? midnight : next;
            }

            last = page[^1].Id;
        }

        return next;
    }

    // What is wrong with one institution is its own: the others' enrolments end all the same.
    private async Task SweepOneAsync(Institution institution, CancellationToken cancellationToken)
    {
        try
        {
            if (await SweepAsync(institution, cancellationToken) is > 0 and var ended)
                LogEnded(ended, institution.Id);
        }
        catch (PostgresException e) when (!Database.IsUnavailable(e))
        {
            LogFailed(e, institution.Id);
        }
    }

    // The first moment of the institution's next day, which is no midnight where the clock skips it.
    private static DateTimeOffset MidnightAfter(Institution institution, DateTimeOffset now) =>
        institution.Clock.ToInstant(institution.Clock.ToLocal(now).Date.AddDays(1));

    private async Task<int> SweepAsync(Institution institution, CancellationToken cancellationToken)
    {
        var ended = 0;
        for (var swept = Batch; swept == Batch; ended += swept)
        {
            swept = await campus.RunAsync(institution, async transaction =>
            {
                var count = await EnrollmentStore.EndExpiredAsync(transaction, Batch, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return count;
            }, cancellationToken);
        }

        return ended;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} enrolments of institution {Institution} are over")]
    private partial void LogEnded(int count, long institution);

    [LoggerMessage(Level = LogLevel.Error, Message = "Enrolments of institution {Institution} whose last day is over could not be ended")]
    private partial void LogFailed(Exception problem, long institution);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Enrolments whose last day is over are ended later than usual: {Problem}")]
    private partial void LogUnavailable(string problem);
}
