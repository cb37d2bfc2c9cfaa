using System.Reflection;

namespace Sineta.Server.Demo;

/// <summary>A file that the demo school brings with it.</summary>
internal sealed record DemoMedia(string Name, string MediaType)
{
    public static readonly DemoMedia Video = new("bell.webm", "video/webm");
    public static readonly DemoMedia Audio = new("rhythm.ogg", "audio/ogg");
    public static readonly DemoMedia Poster = new("poster.pdf", "application/pdf");

    public Stream Open() => Assembly.GetExecutingAssembly().GetManifestResourceStream($"Sineta.Server.Demo.Media.{Name}")!;
}
