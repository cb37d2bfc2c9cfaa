using System.Text.RegularExpressions;

namespace Sineta.Delivery.Tests;

/// <summary>What the sources keep to, so that the way of an event can be read from one slice to the next.</summary>
public sealed partial class HouseTests
{
    private static readonly string Root = FindRoot();

    [Theory]
    [InlineData("Sineta.Delivery", "Storage", "Institutions", "Endpoints", "Intake", "Dispatch", "History")]
    [InlineData("Sineta.Learning", "Storage", "People", "Catalog", "Enrollments", "Trails", "Progress", "Classes", "Certificates", "Reports",
        "Imports")]
    public void Each_slice_uses_only_those_before_it(string project, params string[] slices)
    {
        var folder = Path.Combine(Root, "src", project);
        Assert.Empty(Directory.GetDirectories(folder).Select(Path.GetFileName).Except([.. slices, "bin", "obj"]));

        var names = new Regex(
            $@"(?:using (?:static )?|(?<![\w.])){Regex.Escape(project)}\.(?<slice>[A-Z]\w*)|(?<![\w.])(?<slice>{string.Join('|', slices)})\.[A-Z]");
        var breaches =
            from source in Sources(folder)
            let at = Array.IndexOf(slices, Path.GetRelativePath(folder, source).Split(Path.DirectorySeparatorChar)[0])
            where at >= 0
            from used in names.Matches(File.ReadAllText(source)).Select(m => m.Groups["slice"].Value)
            where Array.IndexOf(slices, used) > at
            select $"{Path.GetRelativePath(folder, source)} uses {used}";
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

    [GeneratedRegex(@"\binterface (?<name>I[A-Z]\w*)")]
    private static partial Regex InterfaceName();
}
