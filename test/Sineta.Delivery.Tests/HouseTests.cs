using System.Text.RegularExpressions;

namespace Sineta.Delivery.Tests;

/// <summary>What the sources keep to, so that the way of an event can be read from one slice to the next.</summary>
public sealed partial class HouseTests
{
    private static readonly string[] Slices = ["Storage", "Institutions", "Endpoints", "Intake", "Dispatch", "History"];

    private static readonly string Root = FindRoot();

    [Fact]
    public void Each_slice_of_delivery_uses_only_those_before_it()
    {
        var delivery = Path.Combine(Root, "src", "Sineta.Delivery");
        var strangers = Directory.GetDirectories(delivery).Select(Path.GetFileName).Except([.. Slices, "bin", "obj"]);
        Assert.Empty(strangers);

        var breaches =
            from source in Sources(delivery)
            let at = Array.IndexOf(Slices, Path.GetRelativePath(delivery, source).Split(Path.DirectorySeparatorChar)[0])
            where at >= 0
            from used in SliceName().Matches(File.ReadAllText(source)).Select(m => m.Groups["slice"].Value)
            where Array.IndexOf(Slices, used) > at
            select $"{Path.GetRelativePath(delivery, source)} uses {used}";
        Assert.Empty(breaches.Distinct());
    }

    [Fact]
    public void No_file_is_too_long_to_be_read_at_one_sitting() =>
        Assert.Empty(
            from folder in new[] { "src", "test", "bench", "samples" }
            from source in Sources(Path.Combine(Root, folder))
            let lines = File.ReadLines(source).Count()
            where lines > 400
            select $"{source}: {lines} lines");

    [Fact]
    public void No_interface_stands_before_a_single_implementation()
    {
        string[] sources = [.. Sources(Path.Combine(Root, "src")).Select(File.ReadAllText)];
        Assert.Empty(
            from declared in sources.SelectMany(s => InterfaceName().Matches(s)).Select(m => m.Groups["name"].Value)
            let implemented = new Regex($@"\b(class|record|struct)\b[^{{;]*[:,]\s*{declared}\b", RegexOptions.Singleline)
            where sources.Sum(s => implemented.Count(s)) < 2
            select declared);
    }

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Sineta.slnx")))
            folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex(@"(?:using (?:static )?|(?<![\w.]))(?:Sineta\.Delivery\.)(?<slice>[A-Z]\w*)|(?<![\w.])(?<slice>Storage|Institutions|Endpoints|Intake|Dispatch|History)\.[A-Z]")]
    private static partial Regex SliceName();

    [GeneratedRegex(@"\binterface (?<name>I[A-Z]\w*)")]
    private static partial Regex InterfaceName();
}
