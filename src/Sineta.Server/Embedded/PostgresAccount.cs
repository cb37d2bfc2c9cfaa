using System.Globalization;
using System.Runtime.Versioning;
using Sineta.Server.Hosting;

namespace Sineta.Server.Embedded;

/// <summary>
/// Whose rights PostgreSQL runs with. Those of this process, except for root: PostgreSQL refuses to run as root, so that it is given the
/// account that owns its folder, or the system account <c>sineta</c>, made when there is none.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class PostgresAccount
{
    private const string Name = "sineta";
    private const string SetSession = "/usr/bin/setsid";

    // A clone below /root, or in a private temporary folder, is closed to the account. The capability opens the way, and the secure bit
    // makes access(2), with which PostgreSQL looks for its own files, respect it.
    private static readonly string[] PassClosedFolders =
        ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", "--securebits=+no_setuid_fixup"];

    private readonly (uint User, uint Group)? _ids;
    private readonly bool _passesClosedFolders;

    private PostgresAccount((uint User, uint Group)? ids, bool passesClosedFolders) =>
        (_ids, _passesClosedFolders) = (ids, passesClosedFolders);

    /// <summary>Chooses the account for a database folder, which need not exist yet.</summary>
    /// <exception cref="StartRefusedException">This is root, and no account can be had or it cannot reach its files.</exception>
    public static async Task<PostgresAccount> ForAsync(string cluster, string program, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
            return new PostgresAccount(null, false);

        if (!OperatingSystem.IsLinux())
            throw new StartRefusedException("PostgreSQL refuses to run as root: start Sineta as an ordinary user.");

        var ids = await OwnerAsync(cluster, cancellationToken) ?? await SystemAccountAsync(cancellationToken);
        foreach (var passesClosedFolders in (bool[])[false, true])
        {
            var account = new PostgresAccount(ids, passesClosedFolders);
            string[] reach = ["test", "-x", program, "-a", "-x", Path.GetDirectoryName(cluster)!];
            if ((await Command.RunAsync(account.Line(reach), cancellationToken)).ExitCode == 0)
                return account;
        }

        throw new StartRefusedException(
            $"PostgreSQL refuses to run as root, and the account {Name} reaches neither {program} nor {cluster}: "
            + "start Sineta as an ordinary user, or put both where every account may look.");
    }

    /// <summary>The command line that runs a program with this account's rights.</summary>
    public IReadOnlyList<string> Line(IReadOnlyList<string> commandLine)
    {
        if (_ids is not var (user, group))
            return commandLine;

        string[] capability = _passesClosedFolders ? PassClosedFolders : [];
        return ["setpriv", $"--reuid={user}", $"--regid={group}", "--clear-groups", .. capability, .. commandLine];
    }

    /// <summary>The same, in a session of its own: Ctrl+C in a terminal is meant for the server, which stops PostgreSQL last.</summary>
    public IReadOnlyList<string> DetachedLine(IReadOnlyList<string> commandLine) =>
        File.Exists(SetSession) ? [SetSession, .. Line(commandLine)] : Line(commandLine);

    /// <summary>Makes an empty folder that only this account can look into.</summary>
    public void MakeFolder(string path)
    {
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Own(path);
    }

    /// <summary>Gives a file or a folder to the account.</summary>
    public void Own(string path)
    {
        if (_ids is var (user, group))
            Libc.GiveTo(path, user, group);
    }

    private static async Task<(uint User, uint Group)?> OwnerAsync(string folder, CancellationToken cancellationToken)
    {
        var stat = await Command.RunAsync(["stat", "-c", "%u %g", folder], cancellationToken);
        return stat.ExitCode == 0 && Parse(stat.Output) is { User: not 0 } owner ? owner : null;
    }

    private static async Task<(uint User, uint Group)> SystemAccountAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is { } found)
            return found;

        string[] create = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", Name];
        var made = await Command.RunAsync(create, cancellationToken);
        return await FindAsync(cancellationToken) ?? throw new StartRefusedException(
            $"PostgreSQL refuses to run as root, and the system account {Name} could not be made ({made.Output}): "
            + "make it yourself, or start Sineta as an ordinary user.");
    }

    private static async Task<(uint User, uint Group)?> FindAsync(CancellationToken cancellationToken)
    {
        var user = await Command.RunAsync(["id", "-u", Name], cancellationToken);
        var group = await Command.RunAsync(["id", "-g", Name], cancellationToken);
        return user.ExitCode == 0 && group.ExitCode == 0 ? Parse($"{user.Output} {group.Output}") : null;
    }

    private static (uint User, uint Group) Parse(string ids) => ids.Split(' ') is [var user, var group]
        ? (uint.Parse(user, CultureInfo.InvariantCulture), uint.Parse(group, CultureInfo.InvariantCulture))
        : throw new FormatException($"Not a user and a group: {ids}");
}
