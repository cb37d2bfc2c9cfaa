using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;

namespace Sineta.Server.Pages;

/// <summary>
/// The files that pages load. They lie in the program, are compressed once, and are kept by browsers for good: their addresses change with
/// them.
/// </summary>
internal static class SiteFiles
{
    private const string Folder = "assets/";

    private static readonly FrozenDictionary<string, Asset> All = Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(static name => name.StartsWith(Folder, StringComparison.Ordinal))
        .ToFrozenDictionary(static name => name[Folder.Length..], Asset.Load, StringComparer.Ordinal);

    /// <summary>The address of a file, with its version.</summary>
    public static string Url(string name) => $"/{Folder}{name}?v={All[name].Version}";

    public static void Map(IEndpointRouteBuilder app) => app.MapGet($"/{Folder}{{name}}", Find).ExcludeFromDescription();

    private static IResult Find(string name, HttpContext context)
    {
        if (!All.TryGetValue(name, out var asset))
            return TypedResults.NotFound();
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.Vary = "Accept-Encoding";
        headers.CacheControl = context.Request.Query["v"] == asset.Version ? "public, max-age=31536000, immutable" : "no-cache";
        if (!context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
            return TypedResults.Bytes(asset.Plain, asset.Type);
        headers.ContentEncoding = "br";
        return TypedResults.Bytes(asset.Compressed.Value, asset.Type);
    }

    private sealed record Asset(byte[] Plain, string Type, string Version)
    {
        public Lazy<byte[]> Compressed { get; } = new(() => Compress(Plain));

        public static Asset Load(string resource)
        {
            using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return new Asset(bytes, TypeOf(resource), Convert.ToHexStringLower(SHA256.HashData(bytes))[..12]);
        }

        private static byte[] Compress(byte[] plain)
        {
            using var compressed = new MemoryStream();
            using (var brotli = new BrotliStream(compressed, CompressionLevel.Optimal))
                brotli.Write(plain);
            return compressed.ToArray();
        }

        private static string TypeOf(string name) => Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };
    }
}
