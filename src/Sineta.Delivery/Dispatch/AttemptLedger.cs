using System.Net;
using Npgsql;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Dispatch;

/// <summary>Writes what attempts came to: many of them, and their deliveries' states, in one transaction.</summary>
public sealed class AttemptLedger(NpgsqlDataSource database, Audience audience, FreshCommits commits, DeliveryOptions options)
{
    // An outcome moves its delivery only under the lease it was made under.
    private const string ConcludeSql = """
        with moved as (
            delete from open_deliveries o using unnest($1::bigint[], $2::uuid[], $3::bigint[]) as g (institution_id, id, lease)
            where o.institution_id = g.institution_id and o.id = g.id and o.lease = g.lease
            returning o.id, o.learner)
        select array(select id from moved), array(select id from moved where learner is not null)
        """;

    private const string RescheduleSql = """
        with moved as (
            update open_deliveries o set attempts = g.attempts, next_at = g.next_at, lease = null
            from unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::smallint[], $5::timestamptz[])
                as g (institution_id, id, lease, attempts, next_at)
            where o.institution_id = g.institution_id and o.id = g.id and o.lease = g.lease
            returning o.id)
        select array(select id from moved)
        """;

    // The lease stays locked against a takeover until the transaction ends.
    private const string HoldSql = """
        with gone as (
            delete from fresh_deliveries where id = any($2))
        select token from leases where token = any($1) for key share
        """;

    private const string CopySql = """
        copy attempts (
            institution_id, delivery_id, number, lease, event_id, endpoint_id, endpoint_revision, slug, learner, cause, replay_id, conclusion,
            outcome, problem, started_at, dns_us, connect_us, tls_us, first_byte_us, total_us, status, http_version, tls_version,
            remote_address, signature, response_headers, response_body, response_cut, node)
        from stdin (format binary)
        """;

    private const int CopyColumns = 29;

    /// <summary>Puts on record that deliveries ended without a call: those of <paramref name="from"/>, rows that left <c>open_deliveries</c>.</summary>
    internal static string AbandonSql(string problem, string from, string at, string node) => $"""
        insert into attempts (
            institution_id, delivery_id, number, lease, event_id, endpoint_id, endpoint_revision, slug, learner, cause, replay_id, conclusion,
            outcome, problem, started_at, node)
        select d.institution_id, d.id, 0, 0, d.event_id, d.endpoint_id, p.revision, e.slug, e.learner, d.cause, d.replay_id, 'failed',
            'abandoned', '{problem}', {at}, {node}
        from {from} d
        join events e on e.institution_id = d.institution_id and e.id = d.event_id
        join endpoints p on p.institution_id = d.institution_id and p.id = d.endpoint_id
        """;

    /// <summary>
    /// Records the attempts in any case, and moves the deliveries that are still under their lease. Returns how many were. Put again after a
    /// lost answer, it finds itself on record and does nothing.
    /// </summary>
    public async Task<int> RecordAsync(IReadOnlyList<MadeAttempt> made, bool again, CancellationToken cancellationToken)
    {
        var recorded = made.Where(static m => m.Delivery.Commit is not null).CountBy(static m => m.Delivery.Commit!).ToArray();
        // A row goes with the last of its deliveries; where two writers have the last of them, with a later transaction.
        HashSet<FreshCommit> complete = again ? [] : [.. recorded.Where(static r => r.Key.Open == r.Value).Select(static r => r.Key)];
        List<Guid> spent = again ? [] : commits.TakeSpent();
        try
        {
            var moved = await RecordAsync(made, again, [.. spent, .. complete.Select(static c => c.Id)], cancellationToken);
            foreach (var (commit, count) in recorded)
                commit.Leave(count, gone: complete.Contains(commit));
            return moved;
        }
        catch
        {
            commits.PutBack(spent);
            throw;
        }
    }

    private async Task<int> RecordAsync(IReadOnlyList<MadeAttempt> made, bool again, Guid[] rows, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (again && await IsRecordedAsync(connection, made[0], cancellationToken))
            return made.Count;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var moved = new HashSet<Guid>(made.Count);
        await MoveFreshAsync(connection, [.. made.Where(static m => m.Delivery.Commit is not null)], rows, moved, cancellationToken);
        MadeAttempt[] claimed = [.. made.Where(static m => m.Delivery.Commit is null)];
        var ordered = await ConcludeAsync(connection, [.. claimed.Where(static m => m.Conclusion is not null)], moved, cancellationToken);
        await LearnerOrder.MakeNextDueAsync(
            connection,
            [.. claimed.Select(static m => m.Delivery).Where(d => ordered.Contains(d.Id))
                .Select(static d => (d.Event.InstitutionId, d.EndpointId, d.Event.Learner, d.Id))],
            cancellationToken);
        await RescheduleAsync(connection, [.. claimed.Where(static m => m.Conclusion is null)], moved, cancellationToken);
        using var attempts = RowsOf(made, moved);
        await BinaryRows.CopyAsync(connection, CopySql, attempts, cancellationToken);
        await audience.NoteAsync(connection, made, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return moved.Count;
    }

    /// <summary>Records a call that no delivery was open for.</summary>
    public async Task NoteAsync(MadeAttempt made, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await BinaryRows.CopyAsync(connection, CopySql, RowsOf([made], [made.Delivery.Id]), cancellationToken);
        await audience.NoteAsync(connection, [made], cancellationToken);
    }

    /// <summary>What is fresh has no row to move: under its lease, which stays locked, it needs one only where it goes on.</summary>
    private static async Task MoveFreshAsync(
        NpgsqlConnection connection, MadeAttempt[] made, Guid[] spent, HashSet<Guid> moved, CancellationToken cancellationToken)
    {
        if (made.Length == 0 && spent.Length == 0)
            return;
        var held = await HoldAsync(connection, [.. made.Select(static m => m.Lease).Distinct()], spent, cancellationToken);
        moved.UnionWith(made.Where(m => m.Conclusion is not null && held.Contains(m.Lease)).Select(static m => m.Delivery.Id));
        (OpenDelivery, int, DateTime?)[] goOn =
            [.. made.Where(static m => m.Conclusion is null).Select(static m => (m.Delivery, m.Number, (DateTime?)m.NextAt.UtcDateTime))];
        if (goOn.Length > 0)
            moved.UnionWith(await FreshDeliveries.OpenAsync(connection, goOn, TimeSpan.Zero, cancellationToken));
    }

    private static async Task<HashSet<long>> HoldAsync(
        NpgsqlConnection connection, long[] leases, Guid[] spent, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(HoldSql, connection);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = leases });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = spent });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var held = new HashSet<long>();
        while (await reader.ReadAsync(cancellationToken))
            held.Add(reader.GetInt64(0));
        return held;
    }

    /// <summary>Ends what is still under its lease. Returns those whose learner's next one waits for that.</summary>
    private static async Task<HashSet<Guid>> ConcludeAsync(
        NpgsqlConnection connection, MadeAttempt[] made, HashSet<Guid> moved, CancellationToken cancellationToken)
    {
        if (made.Length == 0)
            return [];
        await using var command = new NpgsqlCommand(ConcludeSql, connection);
        AddDeliveries(command.Parameters, made);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        moved.UnionWith(reader.GetFieldValue<Guid[]>(0));
        return [.. reader.GetFieldValue<Guid[]>(1)];
    }

    private static async Task RescheduleAsync(
        NpgsqlConnection connection, MadeAttempt[] made, HashSet<Guid> moved, CancellationToken cancellationToken)
    {
        if (made.Length == 0)
            return;
        await using var command = new NpgsqlCommand(RescheduleSql, connection);
        AddDeliveries(command.Parameters, made);
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = Array.ConvertAll(made, static m => (short)m.Number) });
        command.Parameters.Add(new NpgsqlParameter<DateTime[]> { TypedValue = Array.ConvertAll(made, static m => m.NextAt.UtcDateTime) });
        moved.UnionWith((Guid[])(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    private static void AddDeliveries(NpgsqlParameterCollection parameters, MadeAttempt[] made)
    {
        parameters.Add(new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(made, static m => m.Delivery.Event.InstitutionId) });
        parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = Array.ConvertAll(made, static m => m.Delivery.Id) });
        parameters.Add(new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(made, static m => m.Lease) });
    }

    private static async Task<bool> IsRecordedAsync(NpgsqlConnection connection, MadeAttempt made, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select exists (select from attempts where institution_id = $1 and delivery_id = $2 and number = $3 and lease = $4)", connection);
        command.Parameters.AddWithValue(made.Delivery.Event.InstitutionId);
        command.Parameters.AddWithValue(made.Delivery.Id);
        command.Parameters.AddWithValue((short)made.Number);
        command.Parameters.AddWithValue(made.Lease);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private BinaryRows RowsOf(IReadOnlyList<MadeAttempt> made, HashSet<Guid> moved)
    {
        var rows = new BinaryRows(CopyColumns);
        foreach (var attempt in made.OrderBy(static m => m.Delivery.Id)) // as the indexes have them
        {
            rows.BeginRow();
            AddDelivery(rows, attempt, attempt.Conclusion is { } conclusion && moved.Contains(attempt.Delivery.Id) ? conclusion : null);
            AddCall(rows, attempt);
            rows.Add(options.NodeName);
        }

        return rows;
    }

    private static void AddDelivery(BinaryRows rows, MadeAttempt attempt, string? conclusion)
    {
        var delivery = attempt.Delivery;
        rows.Add(delivery.Event.InstitutionId);
        rows.Add(delivery.Id);
        rows.Add((short)attempt.Number);
        rows.Add(attempt.Lease);
        rows.Add(delivery.Event.Id);
        rows.Add(delivery.EndpointId);
        rows.Add(attempt.EndpointRevision);
        rows.Add(delivery.Event.Slug);
        rows.Add(delivery.Event.Learner);
        rows.Add(delivery.Cause);
        rows.Add(delivery.ReplayId);
        rows.Add(conclusion);
    }

    private static void AddCall(BinaryRows rows, MadeAttempt attempt)
    {
        var result = attempt.Result;
        rows.Add(attempt.OutcomeName);
        rows.Add(attempt.Problem);
        rows.Add(result.StartedAt);
        rows.Add(result.Timings.Dns);
        rows.Add(result.Timings.Connect);
        rows.Add(result.Timings.Tls);
        rows.Add(result.Timings.FirstByte);
        rows.Add(result.Timings.Total);
        if (result.Status is { } status)
            rows.Add((short)status);
        else
            rows.Null();
        rows.Add(attempt.HttpVersion);
        rows.Add(result.TlsVersion);
        rows.Add(result.RemoteAddress);
        rows.Add(attempt.Signature);
        rows.Add(result.ResponseHeaders);
        if (result.ResponseBody.IsEmpty)
            rows.Null();
        else
            rows.Add(result.ResponseBody.Span);
        rows.Add(result.ResponseBodyTruncated);
    }
}

/// <summary>An attempt that was made, and what follows from it.</summary>
public sealed record MadeAttempt(OpenDelivery Delivery, int EndpointRevision, AttemptResult Result, NextStep Step, string Signature, DateTimeOffset NextAt)
{
    public int Number => Delivery.Attempts + 1;

    /// <summary>The lease it was made under.</summary>
    public long Lease => Delivery.Lease ?? throw new InvalidOperationException("An attempt is made under a lease.");

    /// <summary>How its delivery ended; null while it goes on.</summary>
    public string? Conclusion => Step switch
    {
        NextStep.Done => "delivered",
        NextStep.GiveUp => "failed",
        _ => null,
    };

    /// <summary>What is wrong with an answer that is fine by itself; null where nothing is.</summary>
    public string? Verdict { get; init; }

    public string OutcomeName => Result.Outcome switch
    {
        AttemptOutcome.Delivered => "delivered",
        AttemptOutcome.Refused => "refused",
        _ => "unreachable",
    };

    /// <summary>What went wrong, for the endpoint's owner; null where nothing did.</summary>
    public string? Problem => Verdict ?? Result.Outcome switch
    {
        AttemptOutcome.Refused refused => SentenceOf(refused.Status),
        AttemptOutcome.Unreachable unreachable => unreachable.Sentence,
        _ => null,
    };

    public string? HttpVersion => Result.HttpVersion switch
    {
        null => null,
        var version when version == System.Net.HttpVersion.Version11 => "1.1",
        var version when version == System.Net.HttpVersion.Version20 => "2",
        var version => version.ToString(),
    };

    private static string SentenceOf(HttpStatusCode status)
    {
        using var answer = new HttpResponseMessage(status);
        return $"The receiver answered {$"{(int)status} {answer.ReasonPhrase}".TrimEnd()}.";
    }
}
