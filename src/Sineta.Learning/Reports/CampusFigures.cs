using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sineta.Delivery.Institutions;

namespace Sineta.Learning.Reports;

/// <summary>
/// An institution's overview without a wait. Where making it takes long, what is shown was made before, up to an hour ago, and is made anew
/// behind it; it says of when it is. Where it is quickly made, it is of now.
/// </summary>
public sealed partial class CampusFigures(CampusOverview overview, TimeProvider time, ILogger<CampusFigures> logger) : BackgroundService
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Oldest = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<long, Made> _made = new();
    private readonly Channel<Asked> _asked =
        Channel.CreateBounded<Asked>(new BoundedChannelOptions(100) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <inheritdoc cref="CampusOverview.ReadAsync"/>
    public async Task<CampusUse> ReadAsync(
        Institution institution, DateOnly from, DateOnly to, int mostCourses, CancellationToken cancellationToken)
    {
        var asked = new Asked(institution, from, to, mostCourses);
        if (!_made.TryGetValue(institution.Id, out var made) || made.Asked != asked || made.Took < Quick || AgeOf(made) > Oldest)
            return await MakeAsync(asked, cancellationToken);
        if (AgeOf(made) > Fresh)
            _asked.Writer.TryWrite(asked);
        return made.Use;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var asked in _asked.Reader.ReadAllAsync(stoppingToken))
        {
            // Others may have asked for the same meanwhile.
            if (_made.TryGetValue(asked.Institution.Id, out var made) && made.Asked == asked && AgeOf(made) <= Fresh)
                continue;
            try
            {
                await MakeAsync(asked, stoppingToken);
            }
            catch (NpgsqlException e)
            {
                LogNotMade(asked.Institution.Id, e.Message);
            }
        }
    }

    private async Task<CampusUse> MakeAsync(Asked asked, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var use = await overview.ReadAsync(asked.Institution, asked.From, asked.To, asked.MostCourses, cancellationToken);
        _made[asked.Institution.Id] = new Made(asked, use, time.GetElapsedTime(began));
        return use;
    }

    private TimeSpan AgeOf(Made made) => time.GetUtcNow() - made.Use.At;

    private sealed record Asked(Institution Institution, DateOnly From, DateOnly To, int MostCourses);

    private sealed record Made(Asked Asked, CampusUse Use, TimeSpan Took);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The overview of institution {InstitutionId} stays as it was: {Problem}")]
    private partial void LogNotMade(long institutionId, string problem);
}
