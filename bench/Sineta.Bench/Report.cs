using System.Text;
using System.Text.Json.Nodes;

namespace Sineta.Bench;

/// <summary>What a run found: for people as Markdown tables, for programs as one line of JSON.</summary>
internal sealed class Report
{
    private readonly StringBuilder _goals = new(), _details = new();
    private readonly List<string> _faults = [];

    public JsonObject Json { get; } = [];

    /// <summary>What the second column of the first table has.</summary>
    public string Measured { get; set; } = "median [min–max]";

    /// <summary>What there is to say where nothing went wrong.</summary>
    public string AllWell { get; set; } = "No losses, no duplicates, no failed posts.";

    /// <summary>True when something was lost, came twice, failed or took too long.</summary>
    public bool HasFaults => _faults.Count > 0;

    public static void Progress(string line) => Console.Error.WriteLine(line);

    /// <summary>A row of the first table: what was measured, beside what was promised.</summary>
    public void Goal(string measure, string measured, string must, string aim) =>
        _goals.AppendLine($"| {measure} | {measured} | {must} | {aim} |");

    public void Detail(string line) => _details.AppendLine(line);

    public void Fault(string what)
    {
        _faults.Add(what);
        Progress($"  ! {what}");
    }

    public void Print(bool json)
    {
        Json["faults"] = new JsonArray([.. _faults.Select(fault => JsonValue.Create(fault))]);
        if (json)
            Console.WriteLine(Json.ToJsonString());
        else
            Console.WriteLine($"| measure | {Measured} | must | aim |\n|---|---|---|---|\n{_goals}\n{_details}\n{Faults()}");
    }

    private string Faults() =>
        HasFaults ? string.Join('\n', _faults.Select(fault => $"- {fault}")) : AllWell;
}
