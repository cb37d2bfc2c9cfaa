using System.Globalization;
using Npgsql;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Events;

namespace Sineta.Learning.Storage;

/// <summary>
/// One action on the campus: what it changes and the events that it causes are committed together, at one moment and under one correlation id
/// (R10, R17). Without <see cref="CommitAsync"/> it never was.
/// </summary>
/// <remarks>
/// Whoever takes more than one lock takes them in this order: the course (shared by who studies, alone by who edits), the learners by their
/// numbers, the enrolment, the trails' participations by their numbers. So no two actions wait for each other crosswise.
/// </remarks>
public sealed class CampusTransaction : IAsyncDisposable
{
    private readonly EventTransaction _inner;
    private readonly IdGenerator _ids;
    private readonly List<Event> _told = [];
    private readonly string _correlation;

    internal CampusTransaction(EventTransaction inner, Institution institution, IdGenerator ids)
    {
        (_inner, _ids, Institution) = (inner, ids, institution);
        _correlation = ids.Next().ToString("N");
    }

    public Institution Institution { get; }

    /// <summary>The moment of everything in here.</summary>
    public DateTimeOffset Now => _inner.Now;

    /// <summary>The day that it is in the institution.</summary>
    public DateOnly Today => DateOnly.FromDateTime(Local(Now));

    /// <summary>A moment as the institution's clocks show it, to the second.</summary>
    public DateTime Local(DateTimeOffset moment)
    {
        var local = Institution.Clock.ToLocal(moment);
        return local.AddTicks(-(local.Ticks % TimeSpan.TicksPerSecond));
    }

    /// <summary>A statement of this action: <c>$1</c> is the institution, <c>$2</c> and on are <paramref name="values"/>, null among them.</summary>
    public NpgsqlCommand Command(string sql, params ReadOnlySpan<object?> values) =>
        Commands.Of(_inner.Connection, sql, Institution.Id, values);

    /// <summary>Executes a statement, and answers how many rows it changed.</summary>
    public async Task<int> ExecuteAsync(string sql, object?[] values, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Executes a statement that answers one number, such as the id of what it made.</summary>
    public async Task<long> NumberAsync(string sql, object?[] values, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, values);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    /// <summary>Notes on the audit trail who did this.</summary>
    public Task NoteAsync(string what, string subject, string? detail, CancellationToken cancellationToken) =>
        ExecuteAsync(AuditTrail.Entry, [Actor.Current, what, subject, detail], cancellationToken);

    /// <summary>Tells what happened; receivers get an action's events in the order in which they were told.</summary>
    /// <param name="userId">Whose event it is.</param>
    /// <param name="dedupeKey">The fact: it is told once, ever (R18).</param>
    /// <param name="source">What caused it, for <c>sineta-source</c>.</param>
    /// <param name="at">When it happened, where that is not now.</param>
    /// <exception cref="InvalidOperationException">The event breaks the contract, which no state of ours may bring about.</exception>
    public void Tell(ActivityEvent activity, long userId, string dedupeKey, string? source = null, DateTimeOffset? at = null)
    {
        if (EventReader.Prove(activity) is not EventReading.Accepted { Document: var document })
            throw new InvalidOperationException($"A {activity.Type.Slug} with the key {dedupeKey} breaks its contract.");
        var occurredAt = at ?? Now;
        _told.Add(new Event
        {
            InstitutionId = Institution.Id,
            Id = _ids.Next(),
            Slug = activity.Type.Slug,
            DedupeKey = Event.OwnKeyPrefix + dedupeKey,
            Learner = userId.ToString(CultureInfo.InvariantCulture),
            OccurredAt = occurredAt,
            Correlation = _correlation,
            Source = source,
            Body = document.ToBody(Local(occurredAt)),
        });
    }

    /// <summary>Commits what was changed with what was told of it.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await _inner.AppendAsync(_told, cancellationToken);
        await _inner.CommitAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
