/// Made after the markup that DuckDuckGo's page is known to have; the page itself was never reached.
enum DuckDuckGoPages {
    static let results = """
        <!DOCTYPE html><html><head><title>swift concurrency at DuckDuckGo</title></head><body class="body--html">
        <div id="header"><form action="/html/" method="post"><input name="q" value="swift concurrency"></form></div>
        <div class="serp__results"><div id="links" class="results">
        <div class="result results_links results_links_deep result--ad ">
          <div class="links_main links_deep result__body"><h2 class="result__title">
            <a rel="nofollow" class="result__a" href="https://duckduckgo.com/y.js?ad_domain=ads.example&amp;u3=x">Buy now</a></h2>
            <a class="result__snippet" href="https://duckduckgo.com/y.js?ad_domain=ads.example">An advertisement</a></div></div>
        <div class="result results_links results_links_deep web-result ">
          <div class="links_main links_deep result__body"><!-- This is the visible part -->
            <h2 class="result__title">
              <a rel="nofollow" class="result__a" href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fdocs.example.org%2Fbook%2F%3Fa%3D1%26b%3D2&amp;rut=0123456789abcdef">The <b>Swift</b> book &amp; more</a>
            </h2>
            <div class="result__extras"><div class="result__extras__url"><span class="result__icon">
              <a rel="nofollow" href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fdocs.example.org%2F&amp;rut=1"><img class="result__icon__img" src="//external-content.duckduckgo.com/ip3/docs.example.org.ico"></a></span>
              <a class="result__url" href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fdocs.example.org%2F&amp;rut=1"> docs.example.org/book </a></div></div>
            <a class="result__snippet" href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fdocs.example.org%2F&amp;rut=1">Tasks &#x27;and&#x27; <b>actors</b>.</a>
            <div class="clear"></div></div></div>
        <div class="result results_links results_links_deep web-result ">
          <div class="links_main links_deep result__body"><h2 class="result__title">
            <a rel="nofollow" class="result__a" href="https://blog.example.com/a">Direct</a></h2>
            <div class="result__snippet">Second</div></div></div>
        <div class="result results_links web-result"><h2><a class="result__a" href="javascript:alert(1)">Bad</a></h2></div>
        <div class="nav-link"><form action="/html/" method="post"><input type="submit" value="Next"></form></div>
        </div></div></body></html>
        """

    static let nothing = """
        <html><body><div id="links" class="results"><div class="result results_links result--no-result">
        <div class="links_main links_deep result__body"><div class="no-results">No results found for <b>xyzzy</b></div>
        </div></div></div></body></html>
        """

    static let challenge = """
        <html><head><title>DuckDuckGo</title></head><body><form id="challenge-form" action="//duckduckgo.com/anomaly.js?sv=html" method="POST">
        <div class="anomaly-modal__mask"><div class="anomaly-modal__modal"><div class="anomaly-modal__title">Unfortunately, bots use DuckDuckGo too.</div>
        <div class="anomaly-modal__description">Please complete the following challenge to confirm this search was made by a human.</div></div></div></form></body></html>
        """
}
