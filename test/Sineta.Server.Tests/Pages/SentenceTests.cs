using System.Globalization;
using System.Text.RegularExpressions;
using Sineta.Server.Pages;

namespace Sineta.Server.Tests.Pages;

/// <summary>What is on record in English is read in Portuguese.</summary>
public sealed partial class SentenceTests
{
    /// <summary>The slices whose faults and reasons a page can show.</summary>
    private static readonly string[] Slices =
    [
        "Sineta.Delivery/Endpoints", "Sineta.Delivery/Dispatch", "Sineta.Delivery/History", "Sineta.Delivery/Institutions",
        "Sineta.Learning", "Sineta.Learning/People", "Sineta.Learning/Catalog", "Sineta.Learning/Enrollments", "Sineta.Learning/Trails",
        "Sineta.Learning/Classes", "Sineta.Learning/Certificates", "Sineta.Learning/Imports",
    ];

    [Fact]
    public void Every_sentence_that_a_page_can_show_is_known_in_Portuguese()
    {
        var missing =
            from slice in Slices
            from source in Directory.GetFiles(Path.Combine(Root(), "src", slice), "*.cs")
            from line in Continuation().Replace(File.ReadAllText(source), "").Split('\n')
            where !line.Contains("///", StringComparison.Ordinal) && !Internal().IsMatch(line)
            from match in Sentence().Matches(line)
            let sentence = Hole().Replace(match.Groups[1].Value, "7").Replace("\\\"", "\"", StringComparison.Ordinal)
            where Sentences.Find(sentence) is null
            select $"{Path.GetFileName(source)}: {sentence}";
        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("The certificate of hooks.example expired on 2026-03-01.", "O certificado de hooks.example expirou em 2026-03-01.")]
    [InlineData(
        "The certificate of a.example is signed by itself, and is for b.example, not for a.example.",
        "O certificado de a.example é assinado por si mesmo, e é para b.example, não para a.example.")]
    [InlineData("Nothing listens on port 443 of hooks.example.", "Nada escuta na porta 443 de hooks.example.")]
    [InlineData(
        "The receiver answered 404: nothing is at this URL. Check its path.",
        "O receptor respondeu 404: não há nada nesta URL. Confira o caminho.")]
    [InlineData(
        "10.0.0.1 is not a public address but private (10.0.0.0/8). "
        + "The operator opens a network with Delivery:AllowedNetworks (Delivery__AllowedNetworks__0).",
        "10.0.0.1 não é um endereço público, mas privado (10.0.0.0/8). "
        + "O operador abre uma rede com Delivery:AllowedNetworks (Delivery__AllowedNetworks__0).")]
    [InlineData("Something that nobody translated.", "Something that nobody translated.")]
    public void A_sentence_is_found_again_by_its_template(string english, string portuguese)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("pt-BR");
        try
        {
            Assert.Equal(portuguese, Sentences.InPageLanguage(english));
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sineta.slnx")))
            folder = folder.Parent!;

        return folder.FullName;
    }

    [GeneratedRegex("\"((?:[A-Z{'])(?:[^\"\\\\]|\\\\.)* (?:[^\"\\\\]|\\\\.)*\\.)\"")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Hole();

    /// <summary>Where a text goes on in the next line.</summary>
    [GeneratedRegex(@"""\s*\n\s*\+ \$?""")]
    private static partial Regex Continuation();

    // What is thrown or logged, or but ends other sentences; and of a thing that is not there the page is none either.
    [GeneratedRegex("Exception\\(|Message = |HowToOpen = |\"There is no ")]
    private static partial Regex Internal();
}
