using System.Text;
using QRCoder;

namespace Sineta.Server.Pages.Campus;

/// <summary>A QR code as a path, each dark square a unit wide.</summary>
/// <param name="Size">Squares along a side, the quiet zone included.</param>
/// <param name="Path">The dark squares, for the <c>d</c> of an SVG path.</param>
internal sealed record QrCode(int Size, string Path)
{
    public static QrCode Of(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var path = new StringBuilder();
        foreach (var (y, row) in data.ModuleMatrix.Index())
        {
            for (var x = 0; x < row.Count; x++)
            {
                if (row[x])
                    path.Append(System.Globalization.CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
            }
        }

        return new QrCode(data.ModuleMatrix.Count, path.ToString());
    }
}
