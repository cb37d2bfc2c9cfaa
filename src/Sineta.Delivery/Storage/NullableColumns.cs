using Npgsql;

namespace Sineta.Delivery.Storage;

/// <summary>Reads columns that may be null.</summary>
public static class NullableColumns
{
    extension(NpgsqlDataReader row)
    {
        public string? TextOrNull(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        public int? NumberOrNull(int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

        public Guid? IdOrNull(int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

        public DateTimeOffset? MomentOrNull(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
    }
}
