namespace Sineta.Server.Embedded;

/// <summary>Where the embedded PostgreSQL lives and how it runs.</summary>
internal sealed record EmbeddedPostgresOptions
{
    /// <summary>The folder that belongs to one server; the database is its subfolder <c>postgres</c>. Made when absent.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The folder of <c>postgres</c> and <c>initdb</c>.</summary>
    public required string BinDirectory { get; init; }

    /// <summary>PostgreSQL settings by name; they win over <see cref="Tuned"/>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// For one program on the same machine that commits often: few connections, long ways between checkpoints (each makes every page be
    /// logged whole once more), what is written sent to the disk soon (a burst of it would hold up commits), no process titles, and never a
    /// row's content in the log.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Tuned { get; } = new Dictionary<string, string>
    {
        ["max_connections"] = "60",
        ["shared_buffers"] = "256MB",
        ["wal_buffers"] = "16MB",
        ["min_wal_size"] = "256MB",
        ["max_wal_size"] = "4GB",
        ["checkpoint_timeout"] = "15min",
        ["backend_flush_after"] = "2MB",
        ["autovacuum_naptime"] = "15s",
        ["jit"] = "off",
        ["update_process_title"] = "off",
        ["timezone"] = "UTC",
        ["log_timezone"] = "UTC",
        ["lc_messages"] = "C",
        ["log_checkpoints"] = "off",
        ["log_line_prefix"] = "",
        ["log_error_verbosity"] = "terse",
        ["log_min_error_statement"] = "panic",
    };
}
