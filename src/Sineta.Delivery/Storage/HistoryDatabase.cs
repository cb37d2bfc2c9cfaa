using Npgsql;

namespace Sineta.Delivery.Storage;

/// <summary>
/// Connections of their own for reading what happened, so that no list, count or export takes one from what accepts and delivers. They
/// cannot write, and give up a statement that takes a minute.
/// </summary>
public sealed class HistoryDatabase : IAsyncDisposable
{
    // A plan for whatever parameters come is as good here as one for each, and there are a hundred partitions to make it over.
    private const string Settings =
        "-c jit=off -c plan_cache_mode=force_generic_plan -c default_transaction_read_only=on -c statement_timeout=60s";

    // PostgreSQL gives up first, and says that it did; a line that is silent for longer is cut.
    private const int CommandTimeoutSeconds = 75;

    private readonly NpgsqlDataSource _source;

    private HistoryDatabase(NpgsqlDataSource source) => _source = source;

    public static HistoryDatabase Connect(string connectionString)
    {
        var settings = Database.SettingsOf(connectionString);
        settings.ApplicationName = "sineta history";
        settings.MaxAutoPrepare = 50;
        settings.AutoPrepareMinUsages = 1;
        settings.MaxPoolSize = 8;
        settings.CommandTimeout = CommandTimeoutSeconds;
        settings.Options = $"{settings.Options} {Settings}".Trim();
        return new HistoryDatabase(new NpgsqlDataSourceBuilder(settings.ConnectionString).Build());
    }

    public NpgsqlCommand CreateCommand(string sql) => _source.CreateCommand(sql);

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
