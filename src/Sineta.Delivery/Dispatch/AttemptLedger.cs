using Npgsql;
using Sineta.Delivery.Intake;

namespace Sineta.Delivery.Dispatch;

/// <summary>Writes what attempts came to: many of them, and their deliveries' states, in one statement.</summary>
public sealed class AttemptLedger(NpgsqlDataSource database, DeliveryOptions options)
{
    // An outcome moves its delivery only under the lease it was made under; the attempt itself is on record in any case. Put again after a lost
    // answer it changes nothing: its row exists, and the delivery is no longer under that lease.
    private const string RecordSql = """
        with given as (
            select * from unnest(
                $1::bigint[], $2::uuid[], $3::smallint[], $4::bigint[], $5::uuid[], $6::uuid[], $7::int[], $8::text[], $9::text[], $10::text[],
                $11::uuid[], $12::text[], $13::timestamptz[], $14::text[], $15::text[], $16::timestamptz[], $17::int[], $18::int[], $19::int[],
                $20::int[], $21::int[], $22::smallint[], $23::text[], $24::text[], $25::text[], $26::text[], $27::text[], $28::bytea[], $29::bool[])
                as g (institution_id, delivery_id, number, lease, event_id, endpoint_id, endpoint_revision, slug, learner, cause,
                      replay_id, conclusion, next_at, outcome, problem, started_at, dns_us, connect_us, tls_us,
                      first_byte_us, total_us, status, http_version, tls_version, remote_address, signature, response_headers, response_body,
                      response_cut)),
        concluded as (
            delete from open_deliveries o using given g
            where g.conclusion is not null and o.institution_id = g.institution_id and o.id = g.delivery_id and o.lease = g.lease
            returning o.id),
        rescheduled as (
            update open_deliveries o set attempts = g.number, next_at = g.next_at, lease = null
            from given g
            where g.conclusion is null and o.institution_id = g.institution_id and o.id = g.delivery_id and o.lease = g.lease
            returning o.id),
        recorded as (
            insert into attempts (
                institution_id, delivery_id, number, lease, event_id, endpoint_id, endpoint_revision, slug, learner, cause, replay_id, conclusion,
                outcome, problem, started_at, dns_us, connect_us, tls_us, first_byte_us, total_us, status, http_version, tls_version,
                remote_address, signature, response_headers, response_body, response_cut, node)
            select g.institution_id, g.delivery_id, g.number, g.lease, g.event_id, g.endpoint_id, g.endpoint_revision, g.slug, g.learner, g.cause,
                g.replay_id, case when c.id is not null then g.conclusion end,
                g.outcome, g.problem, g.started_at, g.dns_us, g.connect_us, g.tls_us, g.first_byte_us, g.total_us, g.status, g.http_version,
                g.tls_version, g.remote_address, g.signature, g.response_headers, g.response_body, g.response_cut, $30
            from given g left join concluded c on c.id = g.delivery_id
            on conflict do nothing)
        select (select count(*) from concluded) + (select count(*) from rescheduled)
        """;

    /// <summary>Returns how many of the outcomes counted; the others' leases were lost, and their attempts are on record alone.</summary>
    public async Task<long> RecordAsync(IReadOnlyList<MadeAttempt> made, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(RecordSql);
        var columns = new Columns(command.Parameters, made);
        columns.Add(static m => m.Delivery.Event.InstitutionId);
        columns.Add(static m => m.Delivery.Id);
        columns.Add(static m => (short)m.Number);
        columns.Add(static m => m.Delivery.Lease ?? 0);
        columns.Add(static m => m.Delivery.Event.Id);
        columns.Add(static m => m.Delivery.EndpointId);
        columns.Add(static m => m.EndpointRevision);
        columns.Add(static m => m.Delivery.Event.Slug);
        columns.Add(static m => m.Delivery.Event.Learner);
        columns.Add(static m => m.Delivery.Cause);
        columns.Add(static m => m.Delivery.ReplayId);
        columns.Add(static m => m.Conclusion);
        columns.Add(static m => m.NextAt.UtcDateTime);
        AddResult(columns);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = options.NodeName });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static void AddResult(Columns columns)
    {
        columns.Add(static m => m.OutcomeName);
        columns.Add(static m => m.Problem);
        columns.Add(static m => m.Result.StartedAt.UtcDateTime);
        columns.Add(static m => m.Result.Timings.Dns);
        columns.Add(static m => m.Result.Timings.Connect);
        columns.Add(static m => m.Result.Timings.Tls);
        columns.Add(static m => m.Result.Timings.FirstByte);
        columns.Add(static m => m.Result.Timings.Total);
        columns.Add(static m => (short?)m.Result.Status);
        columns.Add(static m => m.HttpVersion);
        columns.Add(static m => m.Result.TlsVersion);
        columns.Add(static m => m.Result.RemoteAddress);
        columns.Add(static m => m.Signature);
        columns.Add(static m => m.Result.ResponseHeaders);
        columns.Add(static m => m.Result.ResponseBody.ToArray());
        columns.Add(static m => m.Result.ResponseBodyTruncated);
    }

    private readonly struct Columns(NpgsqlParameterCollection parameters, IReadOnlyList<MadeAttempt> rows)
    {
        public void Add<T>(Func<MadeAttempt, T> value)
        {
            var column = new T[rows.Count];
            for (var i = 0; i < column.Length; i++)
                column[i] = value(rows[i]);
            parameters.Add(new NpgsqlParameter<T[]> { TypedValue = column });
        }
    }
}

/// <summary>An attempt that was made, and what follows from it.</summary>
public sealed record MadeAttempt(OpenDelivery Delivery, int EndpointRevision, AttemptResult Result, NextStep Step, string Signature, DateTimeOffset NextAt)
{
    public int Number => Delivery.Attempts + 1;

    /// <summary>How its delivery ended; null while it goes on.</summary>
    public string? Conclusion => Step switch
    {
        NextStep.Done => "delivered",
        NextStep.GiveUp => "failed",
        _ => null,
    };

    public string OutcomeName => Result.Outcome switch
    {
        AttemptOutcome.Delivered => "delivered",
        AttemptOutcome.Refused => "refused",
        _ => "unreachable",
    };

    /// <summary>What went wrong, for the endpoint's owner; null where nothing did.</summary>
    public string? Problem => Result.Outcome switch
    {
        AttemptOutcome.Refused refused => $"The receiver answered {(int)refused.Status} {refused.Status}.",
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
}
