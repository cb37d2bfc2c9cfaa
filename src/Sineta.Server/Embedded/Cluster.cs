using System.Globalization;
using System.Runtime.Versioning;
using Sineta.Server.Hosting;

namespace Sineta.Server.Embedded;

/// <summary>The folder that holds the database: <c>postgres</c>, below the data folder.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class Cluster(string folder, string binDirectory, PostgresAccount account)
{
    /// <summary>The superuser, and the database, of every embedded PostgreSQL.</summary>
    public const string Name = "sineta";

    private string Version => Path.Combine(folder, "PG_VERSION");

    /// <summary>Makes the database when there is none; what is there is never made anew.</summary>
    /// <exception cref="StartRefusedException">The folder holds another version's database, or something else, or is not writable.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var carried = await CarriedMajorAsync(cancellationToken);
        if (File.Exists(Version))
            RefuseAnotherVersion(carried, (await File.ReadAllTextAsync(Version, cancellationToken)).Trim());
        else if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new StartRefusedException(
                $"{folder} holds files, but no PostgreSQL database: move them away, or choose another data folder.");
        }
        else
            await InitialiseAsync(carried, cancellationToken);
    }

    private void RefuseAnotherVersion(int carried, string found)
    {
        if (found != carried.ToString(CultureInfo.InvariantCulture))
        {
            throw new StartRefusedException(
                $"The database in {folder} was made by PostgreSQL {found}, and this program carries PostgreSQL {carried}: "
                + "move it with pg_dump as docs/runbook.md tells, or start the program that made it; nothing was changed.");
        }
    }

    /// <summary>A crash leaves no database or a whole one: it is made under another name, which is changed when all is on disk.</summary>
    private async Task InitialiseAsync(int carried, CancellationToken cancellationToken)
    {
        var unfinished = folder + ".new";
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);

        account.MakeFolder(unfinished);
        var initdb = await Command.RunAsync(account.Line(InitDb(unfinished, carried)), cancellationToken);
        if (initdb.ExitCode != 0)
            throw new StartRefusedException($"PostgreSQL could not make its database in {folder}: {LastLine(initdb.Output)}");

        if (Directory.Exists(folder))
            Directory.Delete(folder);

        Directory.Move(unfinished, folder);
        Libc.SyncFolder(Path.GetDirectoryName(folder)!);
    }

    private string[] InitDb(string target, int carried)
    {
        // From 17 on PostgreSQL brings C.UTF-8 itself: the same order and the same letters on every machine.
        string[] locale = carried >= 17
            ? ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            : ["--locale=C.UTF-8"];
        return
        [
            Path.Combine(binDirectory, "initdb"), "--pgdata", target, "--username", Name, "--encoding=UTF8", .. locale,
            "--auth-local=trust", "--auth-host=reject", "--data-checksums", "--no-instructions",
        ];
    }

    private async Task<int> CarriedMajorAsync(CancellationToken cancellationToken)
    {
        var version = await Command.RunAsync(account.Line([Path.Combine(binDirectory, "postgres"), "--version"]), cancellationToken);
        var number = version.Output.Split(' ').ElementAtOrDefault(2)?.Split('.')[0];
        return int.TryParse(number, CultureInfo.InvariantCulture, out var major) && version.ExitCode == 0
            ? major
            : throw new StartRefusedException($"The PostgreSQL in {binDirectory} does not run here: {LastLine(version.Output)}");
    }

    private static string LastLine(string output) =>
        output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault("it said nothing");
}
