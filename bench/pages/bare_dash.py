"""A Dash page with the same chart: ``python bare_dash.py PORT``."""

import sys

from chart import chart
from dash import Dash, dcc, html

app = Dash(__name__, title="Defence expenditure")
app.layout = html.Div([html.H1("Defence expenditure"), dcc.Graph(figure=chart())])

if __name__ == "__main__":
    app.run(host="localhost", port=int(sys.argv[1]))
