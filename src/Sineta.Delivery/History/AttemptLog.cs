using System.Text.Json;
using Npgsql;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.History;

/// <summary>
/// The attempts of a delivery, with their requests and answers. A request is not stored: it is made again from the event, from what the
/// endpoint was then, and from the signature that was sent.
/// </summary>
public sealed class AttemptLog(HistoryDatabase database, EventLog events, Configuration configuration)
{
    private const string Sql = """
        select a.number, a.started_at, a.outcome, a.problem, a.status, a.total_us, a.conclusion is not null, a.node,
               a.dns_us, a.connect_us, a.tls_us, a.first_byte_us, a.remote_address, a.tls_version, a.http_version,
               a.signature, a.response_headers, a.response_body, a.response_cut, r.url, r.headers, r.cpf
        from attempts a
        left join endpoint_revisions r
            on r.institution_id = a.institution_id and r.endpoint_id = a.endpoint_id and r.revision = a.endpoint_revision
        where a.institution_id = $1 and a.delivery_id = $2
        order by a.number = 0, a.number, a.started_at
        """;

    /// <summary>All attempts of a delivery, in order.</summary>
    public async Task<IReadOnlyList<AttemptEntry>> ReadAsync(
        long institutionId, DeliveryEntry delivery, CancellationToken cancellationToken)
    {
        var rendered = await RenderAsync(institutionId, delivery, cancellationToken);
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(delivery.Id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var attempts = new List<AttemptEntry>();
        while (await reader.ReadAsync(cancellationToken))
            attempts.Add(Read(reader, institutionId, delivery, rendered));
        return attempts;
    }

    private async Task<RenderedEvent?> RenderAsync(long institutionId, DeliveryEntry delivery, CancellationToken cancellationToken) =>
        await events.FindAsync(institutionId, delivery.EventId, cancellationToken) is { } happened
            ? RenderedEvent.Of(happened, delivery.Cause, configuration.FindInstitution(institutionId)!.Clock)
            : null;

    private static AttemptEntry Read(NpgsqlDataReader row, long institutionId, DeliveryEntry delivery, RenderedEvent? rendered) => new()
    {
        Number = row.GetInt16(0),
        Summary = new AttemptSummary(
            row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.TextOrNull(3), row.NumberOrNull(4), row.NumberOrNull(5)),
        Concluded = row.GetBoolean(6),
        Node = row.GetString(7),
        Timings = row.NumberOrNull(5) is { } total
            ? new AttemptTimings(row.NumberOrNull(8), row.NumberOrNull(9), row.NumberOrNull(10), row.NumberOrNull(11), total) : null,
        RemoteAddress = row.TextOrNull(12),
        TlsVersion = row.TextOrNull(13),
        HttpVersion = row.TextOrNull(14),
        Request = ReadRequest(row, institutionId, delivery, rendered),
        Response = ReadResponse(row),
    };

    private static SentRequest? ReadRequest(NpgsqlDataReader row, long institutionId, DeliveryEntry delivery, RenderedEvent? rendered)
    {
        if (rendered is null || row.TextOrNull(15) is not { } signature || row.TextOrNull(19) is not { } url)
            return null;
        var own = JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(20))!;
        var request = new SignedRequest(
            rendered, new RenderedEndpoint(institutionId, new Uri(url), row.GetString(21) == "masked", own),
            PublicId.Format(PublicId.Delivery, delivery.Id), row.GetInt16(0), row.GetFieldValue<DateTimeOffset>(1), signature);
        return new SentRequest(request.Url, request.ListHeaders(), own.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase), request.Body);
    }

    private static ReceivedResponse? ReadResponse(NpgsqlDataReader row) => row.NumberOrNull(4) is { } status
        ? new ReceivedResponse(
            status, row.TextOrNull(16) ?? "", row.IsDBNull(17) ? [] : row.GetFieldValue<byte[]>(17), row.GetBoolean(18))
        : null;
}
