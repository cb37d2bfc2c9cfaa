using Npgsql;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.History;

/// <summary>What became of a delivery that somebody wants sent again.</summary>
public abstract record ResendResult
{
    private ResendResult()
    {
    }

    /// <summary>It had ended: another delivery takes the same event to the same endpoint.</summary>
    public sealed record Opened(Guid Id) : ResendResult;

    /// <summary>It has no end yet: it goes now, or as soon as its endpoint is active, rather than at its next retry.</summary>
    public sealed record Hastened : ResendResult;

    /// <summary>The institution has no such delivery.</summary>
    public sealed record Unknown : ResendResult;

    /// <summary>It cannot be sent any more; the sentence says why.</summary>
    public sealed record Impossible(string Sentence) : ResendResult;
}

/// <summary>Sends one delivery again.</summary>
public sealed class Resend(NpgsqlDataSource database, IdGenerator ids, Dispatcher dispatcher)
{
    private const string HastenSql = """
        with hastened as (
            update open_deliveries set next_at = now() where institution_id = $1 and id = $2 and lease is null),
        noted as (
            insert into audit_entries (institution_id, who, what, subject, detail)
            select $1, $3, $4, $5, p.url
            from open_deliveries o join endpoints p on p.institution_id = $1 and p.id = o.endpoint_id and p.status <> 'deleted'
            where o.institution_id = $1 and o.id = $2)
        select o.endpoint_id, p.status <> 'deleted'
        from unconcluded_deliveries o join endpoints p on p.institution_id = o.institution_id and p.id = o.endpoint_id
        where o.institution_id = $1 and o.id = $2
        """;

    private const string OpenSql = """
        with ended as (
            select event_id, endpoint_id, cause from attempts
            where institution_id = $1 and delivery_id = $2 and conclusion is not null limit 1),
        opened as (
            insert into open_deliveries (institution_id, id, event_id, endpoint_id, learner, cause, next_at)
            select $1, $3, d.event_id, d.endpoint_id, case when p.ordering = 'per_learner' then e.learner end,
                case d.cause when 'test' then 'test' else 'resend' end, now()
            from ended d
            join events e on e.institution_id = $1 and e.id = d.event_id
            join endpoints p on p.institution_id = $1 and p.id = d.endpoint_id and p.status <> 'deleted'
            returning id),
        noted as (
            insert into audit_entries (institution_id, who, what, subject, detail)
            select $1, $4, $5, $6, p.url
            from opened cross join ended d join endpoints p on p.institution_id = $1 and p.id = d.endpoint_id)
        select d.endpoint_id, p.status <> 'deleted', exists (select from opened), d.cause = 'verification'
        from ended d join endpoints p on p.institution_id = $1 and p.id = d.endpoint_id
        """;

    /// <summary>Sends a delivery again; it leaves at once where its endpoint is active.</summary>
    public async Task<ResendResult> SendAsync(long institutionId, Guid deliveryId, CancellationToken cancellationToken) =>
        await HastenAsync(institutionId, deliveryId, cancellationToken) ?? await OpenAsync(institutionId, deliveryId, cancellationToken);

    private async Task<ResendResult?> HastenAsync(long institutionId, Guid deliveryId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(HastenSql);
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(deliveryId);
        AddNote(command, deliveryId);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
            return null;
        if (!row.GetBoolean(1))
            return EndpointIsDeleted();
        dispatcher.LookFor(institutionId, row.GetGuid(0));
        return new ResendResult.Hastened();
    }

    private async Task<ResendResult> OpenAsync(long institutionId, Guid deliveryId, CancellationToken cancellationToken)
    {
        var id = ids.Next();
        await using var command = database.CreateCommand(OpenSql);
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(deliveryId);
        command.Parameters.AddWithValue(id);
        AddNote(command, deliveryId);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
            return new ResendResult.Unknown();
        if (!row.GetBoolean(1))
            return EndpointIsDeleted();
        if (!row.GetBoolean(2))
            return new ResendResult.Impossible(
                row.GetBoolean(3) ? "It was a handshake: verify the endpoint again instead." : "Its event is no longer kept.");
        dispatcher.LookFor(institutionId, row.GetGuid(0));
        return new ResendResult.Opened(id);
    }

    private static void AddNote(NpgsqlCommand command, Guid deliveryId)
    {
        command.Parameters.AddWithValue(Actor.Current);
        command.Parameters.AddWithValue(AuditedChange.DeliveryResent);
        command.Parameters.AddWithValue(PublicId.Format(PublicId.Delivery, deliveryId));
    }

    private static ResendResult.Impossible EndpointIsDeleted() => new("Its endpoint was deleted.");
}
