using Npgsql;

namespace Sineta.Learning.Storage;

/// <summary>Reads columns that hold a day, or none.</summary>
internal static class DayColumns
{
    public static DateOnly? DayOrNull(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateOnly>(column);
}
