using System.Diagnostics;

namespace Sineta.Bench.Parts;

/// <summary>Processor time and memory, as the kernel accounts for them in /proc.</summary>
internal static class Machine
{
    // What the kernel reports to programs is always in hundredths of a second.
    private const double TicksPerSecond = 100;

    /// <summary>Processor seconds since boot.</summary>
    /// <param name="Used">By all programs.</param>
    /// <param name="Stolen">By other machines on the same host.</param>
    public sealed record ProcessorTime(double Used, double Stolen);

    public static ProcessorTime Processors()
    {
        // cpu user nice system idle iowait irq softirq steal
        var ticks = Words(File.ReadLines("/proc/stat").First()).Skip(1).Select(double.Parse).ToArray();
        return new ProcessorTime((ticks[0] + ticks[1] + ticks[2]) / TicksPerSecond, ticks[7] / TicksPerSecond);
    }

    /// <summary>Processor seconds of each named process and of all that came from it, without what came from another named one.</summary>
    public static Dictionary<string, double> ProcessorSeconds(IReadOnlyDictionary<int, string> named)
    {
        var all = Processes();
        var parents = all.ToDictionary(one => one.Id, one => one.Parent);
        return (from one in all
                let name = NearestNamed(one.Id)
                where name is not null
                group one.Seconds by name).ToDictionary(seconds => seconds.Key, seconds => seconds.Sum());

        string? NearestNamed(int process) => named.TryGetValue(process, out var name) ? name
            : parents.TryGetValue(process, out var parent) ? NearestNamed(parent)
            : null;
    }

    /// <summary>The most physical memory a process had since <see cref="ForgetPeak"/>, in bytes.</summary>
    public static long PeakResident(int process) => KilobytesOf($"/proc/{process}/status", "VmHWM:") * 1024;

    public static long Resident(int process) => KilobytesOf($"/proc/{process}/status", "VmRSS:") * 1024;

    public static void ForgetPeak(int process) => File.WriteAllText($"/proc/{process}/clear_refs", "5");

    /// <summary>Physical memory of a process and all that came from it, in bytes; what they share counts once.</summary>
    public static long ResidentOfFamily(int root) =>
        Family(root, Processes()).Sum(one => KilobytesOf($"/proc/{one.Id}/smaps_rollup", "Pss:")) * 1024;

    /// <summary>How long a small write takes to be on disk: what every commit waits for.</summary>
    public static TimeSpan DurableWrite(string path)
    {
        var times = new List<TimeSpan>();
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var i = 0; i < 100; i++)
        {
            var began = Stopwatch.GetTimestamp();
            file.Write(new byte[8 * 1024]);
            file.Flush(flushToDisk: true);
            times.Add(Stopwatch.GetElapsedTime(began));
        }

        return times.Order().ElementAt(times.Count / 2);
    }

    private sealed record ProcessLine(int Id, int Parent, double Seconds);

    private static List<ProcessLine> Processes() =>
    [
        .. from folder in Directory.EnumerateDirectories("/proc")
           where int.TryParse(Path.GetFileName(folder), out _)
           select Read(Path.Combine(folder, "stat")) into line
           where line is not null
           select line,
    ];

    private static ProcessLine? Read(string path)
    {
        try
        {
            // 42 (name, which may hold anything) state parent …; its own time and that of its ended children
            var text = File.ReadAllText(path);
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            var seconds = fields[11..15].Sum(double.Parse) / TicksPerSecond;
            return new ProcessLine(int.Parse(text[..text.IndexOf(' ')]), int.Parse(fields[1]), seconds);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<ProcessLine> Family(int root, List<ProcessLine> all) =>
        all.Where(one => one.Id == root).Concat(all.Where(one => one.Parent == root).SelectMany(child => Family(child.Id, all)));

    private static long KilobytesOf(string path, string name) =>
        long.Parse(Words(File.ReadLines(path).First(line => line.StartsWith(name, StringComparison.Ordinal)))[1]);

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
