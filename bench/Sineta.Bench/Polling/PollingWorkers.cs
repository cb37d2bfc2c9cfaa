using System.Buffers.Binary;
using Npgsql;
using Sineta.Bench.Wire;

namespace Sineta.Bench.Polling;

/// <summary>
/// Workers that each claim due rows in a transaction, post them in parallel, update each and commit; and go on at once after a full batch.
/// </summary>
/// <param name="database">Where the rows are.</param>
/// <param name="url">Where they are posted to.</param>
/// <param name="workers">How many at once.</param>
/// <param name="rowsAtATime">How many rows a transaction claims.</param>
internal sealed class PollingWorkers(NpgsqlDataSource database, Uri url, int workers, int rowsAtATime) : IDisposable
{
    private static readonly TimeSpan WhenIdle = TimeSpan.FromMilliseconds(50);

    private const string Claim = """
        select d.id, e.id, e.body
        from polling_deliveries d join polling_events e on e.id = d.event_id
        where d.status = 'pending' and d.next_at <= now()
        order by d.next_at limit $1
        for update of d skip locked
        """;

    private const string Update = """
        update polling_deliveries
        set attempts = attempts + 1, response = $2,
            status = case when $2 between 200 and 299 then 'delivered' else 'pending' end,
            next_at = case when $2 between 200 and 299 then next_at else now() + interval '5 seconds' end
        where id = $1
        """;

    private readonly HttpMessageInvoker _invoker = new(Webhook.Handler());

    private sealed record Due(long Id, Guid Event, byte[] Body);

    public void Dispose() => _invoker.Dispose();

    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(cancellationToken)));

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (await DeliverBatchAsync(cancellationToken) < rowsAtATime)
                    await Task.Delay(WhenIdle, TimeProvider.System, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The bench is done with it.
        }
    }

    private async Task<int> DeliverBatchAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var due = await ClaimAsync(connection, cancellationToken);
        var statuses = await Task.WhenAll(due.Select(one => PostAsync(one, cancellationToken)));
        foreach (var (one, status) in due.Zip(statuses))
        {
            await using var update = new NpgsqlCommand(Update, connection);
            update.Parameters.Add(new NpgsqlParameter<long> { TypedValue = one.Id });
            update.Parameters.Add(new NpgsqlParameter<int> { TypedValue = status });
            await update.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return due.Count;
    }

    private async Task<List<Due>> ClaimAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var claim = new NpgsqlCommand(Claim, connection) { Parameters = { new() { Value = rowsAtATime } } };
        await using var rows = await claim.ExecuteReaderAsync(cancellationToken);
        var due = new List<Due>();
        while (await rows.ReadAsync(cancellationToken))
            due.Add(new Due(rows.GetInt64(0), rows.GetGuid(1), rows.GetFieldValue<byte[]>(2)));
        return due;
    }

    private async Task<int> PostAsync(Due due, CancellationToken cancellationToken)
    {
        var id = BinaryPrimitives.ReadUInt128BigEndian(due.Event.ToByteArray(bigEndian: true));
        using var request = Webhook.Request(url, id, due.Body);
        using var response = await _invoker.SendAsync(request, cancellationToken);
        return (int)response.StatusCode;
    }
}
