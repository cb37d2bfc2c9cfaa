using Npgsql;

namespace Sineta.Delivery.History;

/// <summary>Runs a log's commands, each of which is made for one use and disposed by it.</summary>
internal static class LogCommands
{
    extension(NpgsqlCommand command)
    {
        /// <summary>The one id that it answers, or null.</summary>
        public async Task<Guid?> IdAsync(CancellationToken cancellationToken)
        {
            await using var used = command;
            return await used.ExecuteScalarAsync(cancellationToken) as Guid?;
        }

        /// <summary>Every row that it answers.</summary>
        public async Task<List<T>> RowsAsync<T>(Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
        {
            await using var used = command;
            await using var reader = await used.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
                rows.Add(read(reader));
            return rows;
        }
    }
}
