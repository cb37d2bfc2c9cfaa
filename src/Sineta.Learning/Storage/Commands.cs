using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sineta.Delivery.Storage;

namespace Sineta.Learning.Storage;

/// <summary>Makes statements of an institution: it is their <c>$1</c>.</summary>
internal static class Commands
{
    public static NpgsqlCommand Of(NpgsqlConnection connection, string sql, long institutionId, params ReadOnlySpan<object?> values) =>
        Fill(new NpgsqlCommand(sql, connection), institutionId, values);

    public static NpgsqlCommand Of(NpgsqlDataSource database, string sql, long institutionId, params ReadOnlySpan<object?> values) =>
        Fill(database.CreateCommand(sql), institutionId, values);

    /// <summary>The same for reading what happened, which may be much.</summary>
    public static NpgsqlCommand Of(HistoryDatabase database, string sql, long institutionId, params ReadOnlySpan<object?> values) =>
        Fill(database.CreateCommand(sql), institutionId, values);

    /// <summary>All rows of a statement.</summary>
    public static async Task<List<T>> RowsAsync<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(row(reader));
        return rows;
    }

    /// <summary>The first row of a statement; the default where there is none.</summary>
    public static async Task<T?> RowAsync<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? row(reader) : default;
    }

    private static NpgsqlCommand Fill(NpgsqlCommand command, long institutionId, ReadOnlySpan<object?> values)
    {
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = institutionId });
        foreach (var value in values)
            command.Parameters.Add(ParameterOf(value));
        return command;
    }

    private static NpgsqlParameter ParameterOf(object? value) => value switch
    {
        null => new NpgsqlParameter { Value = DBNull.Value },
        DateTimeOffset moment => new NpgsqlParameter<DateTime> { TypedValue = moment.UtcDateTime },
        JsonElement json => new NpgsqlParameter { Value = json.GetRawText(), NpgsqlDbType = NpgsqlDbType.Jsonb },
        _ => new NpgsqlParameter { Value = value },
    };
}
