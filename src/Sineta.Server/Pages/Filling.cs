using System.Globalization;

namespace Sineta.Server.Pages;

/// <summary>Texts with holes.</summary>
internal static class Filling
{
    extension(string text)
    {
        /// <summary>The text with <c>{0}</c> and on filled, numbers and dates in the page's language.</summary>
        public string With(params object?[] values) => string.Format(CultureInfo.CurrentCulture, text, values);
    }
}
