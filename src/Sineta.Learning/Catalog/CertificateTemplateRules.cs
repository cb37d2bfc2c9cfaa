using System.Text.RegularExpressions;
using Sineta.Events;

namespace Sineta.Learning.Catalog;

/// <summary>What a certificate template can be.</summary>
public static partial class CertificateTemplateRules
{
    /// <summary>What a template's text may have filled in, without the braces.</summary>
    public static IReadOnlyList<string> Placeholders { get; } =
        ["name", "cpf", "course", "school", "hours", "enrolled", "concluded", "date", "code"];

    /// <summary>Every fault, by JSON pointer, and the draft as it will be kept.</summary>
    public static (CertificateTemplateDraft Canonical, IReadOnlyList<Fault> Faults) Check(CertificateTemplateDraft draft)
    {
        List<Fault> faults = [];
        if (Names.FaultOf(draft.Name) is { } name)
            faults.Add(new("/name", name));
        if (!Words.TryParse<CertificateType>(draft.Type, out var type))
            faults.Add(new("/type", Words.FaultOf<CertificateType>()));
        else if (type is CertificateType.Participation && draft.ApprovalRate != 0)
            faults.Add(new("/approval_rate", "Is only for an achievement."));
        if (draft.ApprovalRate is < 0 or > 100 || decimal.Round(draft.ApprovalRate, 2) != draft.ApprovalRate)
            faults.Add(new("/approval_rate", "Must be 0 to 100 percent, with at most two decimals."));
        if (Names.FaultOf(draft.Title) is { } title)
            faults.Add(new("/title", title));
        if (FaultOfText(draft.Text) is { } text)
            faults.Add(new("/text", text));
        return (draft with { Name = draft.Name?.Trim(), Title = draft.Title?.Trim(), Text = draft.Text?.Trim() }, faults);
    }

    private static string? FaultOfText(string? text) =>
        Texts.FaultOfGiven(text) ?? (Placeholder().Matches(text!).All(m => Placeholders.Contains(m.Groups["name"].Value))
            ? null : $"Has a placeholder that is not known; what is: {string.Join(", ", Placeholders.Select(p => $"{{{p}}}"))}.");

    [GeneratedRegex(@"\{(?<name>[A-Za-z_]*)\}")]
    private static partial Regex Placeholder();
}
