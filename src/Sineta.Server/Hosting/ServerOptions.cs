namespace Sineta.Server.Hosting;

/// <summary>The section <c>Sineta</c> of the configuration, as in <c>Sineta__DataDirectory</c>.</summary>
internal sealed class ServerOptions
{
    public const string Section = "Sineta";

    /// <summary>The folder that this server keeps everything in; relative to where it was started; <c>data</c> unless set.</summary>
    public string DataDirectory { get; init; } = "data";

    /// <summary>The operator's key; made and shown at the first start unless set.</summary>
    public string? OperatorKey { get; init; }

    /// <summary>
    /// The key of the encrypted secrets, 32 bytes in base64: for servers that share a database. A file of the data folder unless set.
    /// </summary>
    public string? SecretKey { get; init; }

    /// <summary>Whether a new database's first institution gets a demo school to try things with; in development it does unless set.</summary>
    public bool DemoSchool { get; init; }

    /// <summary>Proxies that are believed from whom a request came: addresses, or ranges such as 10.0.0.0/8.</summary>
    public string[] TrustedProxies { get; init; } = [];

    /// <summary>Settings of the embedded PostgreSQL by its own names, as in <c>Sineta__Postgres__shared_buffers=1GB</c>.</summary>
    public Dictionary<string, string> Postgres { get; init; } = [];
}
