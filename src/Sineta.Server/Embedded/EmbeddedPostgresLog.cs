namespace Sineta.Server.Embedded;

internal static partial class EmbeddedPostgresLog
{
    [LoggerMessage(1, LogLevel.Information, "PostgreSQL runs as process {ProcessId}, started in {Elapsed}")]
    public static partial void Started(ILogger logger, int processId, TimeSpan elapsed);

    [LoggerMessage(2, LogLevel.Information, "PostgreSQL is not ready after {Waited}: it recovers what a crash left, and may take minutes")]
    public static partial void StillStarting(ILogger logger, TimeSpan waited);

    [LoggerMessage(3, LogLevel.Warning, "PostgreSQL process {ProcessId} had outlived its server and was stopped")]
    public static partial void StoppedStale(ILogger logger, int processId);

    [LoggerMessage(4, LogLevel.Error, "PostgreSQL process {ProcessId} ended by itself (exit code {ExitCode}); it is started again")]
    public static partial void Ended(ILogger logger, int processId, int exitCode);

    [LoggerMessage(5, LogLevel.Error, "PostgreSQL could not be started again ({Reason}); next try in {Delay}")]
    public static partial void RestartFailed(ILogger logger, string reason, TimeSpan delay);

    [LoggerMessage(6, LogLevel.Information, "PostgreSQL is stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(EventId = 7, Message = "PostgreSQL: {Line}")]
    public static partial void Said(ILogger logger, LogLevel level, string line);
}
