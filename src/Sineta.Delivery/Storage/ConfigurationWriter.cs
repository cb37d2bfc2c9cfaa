using Npgsql;
using NpgsqlTypes;

namespace Sineta.Delivery.Storage;

/// <summary>
/// Begins changes of institutions, keys and endpoints: one at a time on this node, so that they never use up its connections.
/// </summary>
public sealed class ConfigurationWriter(NpgsqlDataSource database) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Waits for its turn and takes the next version.</summary>
    public async Task<ConfigurationWrite> BeginAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        var write = new ConfigurationWrite(_one);
        try
        {
            await write.BeginAsync(database, cancellationToken);
            return write;
        }
        catch
        {
            await write.DisposeAsync();
            throw;
        }
    }

    public void Dispose() => _one.Dispose();
}

/// <summary>
/// One change, in one transaction. Taking the version locks every other change out until the commit, on every node: versions are committed
/// in their order, and what is read under it stays true. Rows that are changed must take its version. Disposed without a commit, it never
/// was.
/// </summary>
public sealed class ConfigurationWrite : IAsyncDisposable
{
    /// <summary>Where other nodes listen for changes.</summary>
    public const string Channel = "sineta_configuration";

    private readonly SemaphoreSlim _turn;
    private NpgsqlConnection? _connection;
    private NpgsqlTransaction? _transaction;

    internal ConfigurationWrite(SemaphoreSlim turn) => _turn = turn;

    /// <summary>The version that this change brings about.</summary>
    public long Version { get; private set; }

    /// <summary>For statements that know no change, within this one.</summary>
    internal NpgsqlConnection Connection => _connection!;

    /// <summary>A statement within the change: <c>$1</c> and on are <paramref name="values"/>, null among them.</summary>
    public NpgsqlCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlCommand(sql, _connection);
        foreach (var value in values)
            command.Parameters.Add(ParameterOf(value));
        return command;
    }

    /// <summary>Executes a statement, and answers how many rows it changed.</summary>
    public async Task<int> ExecuteAsync(string sql, object?[] values, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Commits, and tells the other nodes.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync($"select pg_notify('{Channel}', $1::text)", [Version], cancellationToken);
        await _transaction!.CommitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_transaction is not null)
            await _transaction.DisposeAsync();
        if (_connection is not null)
            await _connection.DisposeAsync();
        _turn.Release();
    }

    internal async Task BeginAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        _connection = await database.OpenConnectionAsync(cancellationToken);
        _transaction = await _connection.BeginTransactionAsync(cancellationToken);
        await using var command = Command("update configuration set version = version + 1 returning version");
        Version = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static NpgsqlParameter ParameterOf(object? value) => value switch
    {
        null => new NpgsqlParameter { Value = DBNull.Value },
        DateTimeOffset moment => new NpgsqlParameter<DateTime> { TypedValue = moment.UtcDateTime },
        IReadOnlyDictionary<string, string> object_ => new NpgsqlParameter
        {
            Value = System.Text.Json.JsonSerializer.Serialize(object_),
            NpgsqlDbType = NpgsqlDbType.Jsonb,
        },
        _ => new NpgsqlParameter { Value = value },
    };
}
