using System.Net.Sockets;
using Npgsql;

namespace Sineta.Delivery.Storage;

/// <summary>How this program connects to PostgreSQL.</summary>
public static class Database
{
    // Over a hundred partitions a plan looks dear enough to compile, which takes longer than any statement of ours. And each of ours finds a
    // few rows by an index: a plan made while a table was small, and kept, must not read all of it once it is large.
    private const string Planning = "-c jit=off -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off";

    // How long a statement may take is said by the driver's timeout, not by the role or the database.
    private const string Patience = "-c statement_timeout=0";

    // A node that is paused, or cut off, within a transaction must not keep its locks, and so its deliveries, from the others.
    private const string Locking = "-c idle_in_transaction_session_timeout=5s";

    // What a database says while another takes its place: it is a copy that cannot be written yet, lets nobody in, or is not there.
    private static readonly string[] Elsewhere =
    [
        PostgresErrorCodes.ReadOnlySqlTransaction, PostgresErrorCodes.InvalidAuthorizationSpecification, PostgresErrorCodes.InvalidPassword,
        PostgresErrorCodes.InvalidCatalogName,
    ];

    private const string IdleInTransactionTimeout = "25P03";

    /// <summary>
    /// A pool whose statements are prepared on their second use. A connection goes back as it is: to put it in order again would cost more than
    /// many a commit, so whoever uses one leaves no setting, lock or cursor behind.
    /// </summary>
    public static NpgsqlDataSource Connect(string connectionString)
    {
        var settings = SettingsOf(connectionString);
        settings.ApplicationName = "sineta";
        settings.MaxAutoPrepare = 100;
        settings.AutoPrepareMinUsages = 2;
        settings.MaxPoolSize = 40;
        settings.NoResetOnClose = true;
        settings.Options = $"{settings.Options} {Patience} {Planning} {Locking}".Trim();
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }

    /// <summary>What every pool of this program begins with.</summary>
    internal static NpgsqlConnectionStringBuilder SettingsOf(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { IncludeErrorDetail = false, Timezone = "UTC" };

        // Where it merely prefers encryption by Kerberos, the driver opens a line that is cut meanwhile a second time, over what it disposed
        // of the first time: a statement on it, or its cancellation, then throws ObjectDisposedException (npgsql/npgsql#6415, #6506).
        if (settings.GssEncryptionMode == GssEncryptionMode.Prefer)
            settings.GssEncryptionMode = GssEncryptionMode.Disable;
        return settings;
    }

    /// <summary>A statement that was given up: it took longer than its connection lets one, or an operator ended it.</summary>
    public static bool IsCancelled(Exception problem) => problem is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled };

    /// <summary>Infrastructure that is lost or too slow for now, in contrast to a statement that is wrong: worth trying again.</summary>
    public static bool IsUnavailable(Exception problem) => problem switch
    {
        PostgresException e => e.IsTransient || IsCancelled(e) || e.SqlState == IdleInTransactionTimeout
            || Elsewhere.Contains(e.SqlState) || e.SqlState.StartsWith("57P", StringComparison.Ordinal),
        NpgsqlException or TimeoutException or SocketException => true,
        _ => false,
    };
}
